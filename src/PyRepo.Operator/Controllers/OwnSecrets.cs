using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Reads the two Secrets that are the operator's own: <c>NAME-credentials</c> and <c>pyrepo-signing-key</c>. It has no
/// right to get Secrets: <see cref="AdmissionPolicies.Secrets"/> decides which ones a dry run shows.
/// </summary>
sealed class OwnSecrets(KubernetesClient client)
{
    /// <summary>One Secret; null: there is none. If the policy denies the read, a Secret with only its name.</summary>
    public async Task<Secret?> FindAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetByDryRunAsync(ResourceTypes.Secrets, key, cancellationToken);
        }
        catch (KubernetesException error) when (AdmissionPolicies.IsDenial(error, AdmissionPolicies.Secrets))
        {
            // The version differs from that of none at all, so that it is noticed when the Secret goes.
            return new Secret
            {
                Metadata = new() { Name = key.Name, Namespace = key.Namespace, ResourceVersion = "unknown" },
            };
        }
    }
}
