using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The Secret of a namespace whose key signs tokens between its servers. It belongs to no resource. A new value of
/// <see cref="Annotations.RotateSigningKey"/> on any resource of the namespace makes a new key, once: each resource's
/// ServiceAccount notes which request of it was met.
/// </summary>
public static class SigningKeyManifest
{
    /// <summary>How many bytes a key has.</summary>
    public const int KeyBytes = 32;

    const string Current = "current";

    /// <summary>The Secret, as a resource of the namespace wants it.</summary>
    public static OwnSecret Of(DeclaredResource resource, ReconcileInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(inputs);
        var request = resource.Annotation(Annotations.RotateSigningKey);
        var secret = new Secret
        {
            Metadata = new ObjectMeta
            {
                Name = ChildNames.SigningKey,
                Namespace = resource.Namespace,
                Labels = ChildMetadata.Texts((ChildMetadata.ManagedByLabel, ChildMetadata.Manager)),
            },
            Type = "Opaque",
            Data = new SortedDictionary<string, byte[]>(StringComparer.Ordinal) { [Current] = inputs.FreshKey },
        };
        return new OwnSecret(
            secret, Current, new OwnSecret.Sign("labels", ChildMetadata.ManagedByLabel, ChildMetadata.Manager))
        {
            Request = request,
            IsRequestDue = inputs.MetSigningKeyRequest is { } met && met != request,
        };
    }
}
