using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Core;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The ServiceAccount of the server's pods. It has no rights in the cluster, and no token for its API is mounted.
/// Annotations may give it an identity in a cloud: <see cref="Rejections"/> lets only those pass that the administrator
/// allows.
/// </summary>
static class ServiceAccountManifest
{
    public static ServiceAccount Of(DeclaredResource resource, ReconcileInputs inputs) => new()
    {
        Metadata = ChildMetadata.Owned(resource, ChildNames.ServiceAccount(resource.Name)) with
        {
            Annotations = AnnotationsOf(resource, inputs) is { Count: > 0 } annotations ? annotations : null,
        },
        AutomountServiceAccountToken = false,
    };

    static ImmutableSortedDictionary<string, string> AnnotationsOf(DeclaredResource resource, ReconcileInputs inputs)
    {
        var wanted = ChildMetadata.Texts().SetItems(resource.Spec!.Server.ServiceAccountAnnotations);
        if (inputs.SecretsDigest is { } made)
            wanted = wanted.SetItem(Annotations.Secrets, made);
        return inputs.MetSigningKeyRequest is { } met
            ? wanted.SetItem(Annotations.MetSigningKeyRequest, met) : wanted;
    }
}
