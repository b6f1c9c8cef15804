using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Resources.References;

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

    /// <summary>The Secret, as a resource of the namespace wants it.</summary>
    public static OwnSecret Create(DeclaredResource resource, ReconcileInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(inputs);
        var request = resource.Annotation(Annotations.RotateSigningKey);
        var secret = new Secret
        {
            Metadata = new ObjectMeta
            {
                Name = GeneratedSecret.SigningKey,
                Namespace = resource.Namespace,
                Labels = ChildMetadata.Texts((ChildMetadata.ManagedByLabel, ChildMetadata.Manager)),
            },
            Type = "Opaque",
            Data = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
            {
                [GeneratedSecret.CurrentKey] = inputs.FreshKey,
            },
        };
        var mark = new OwnSecret.OwnershipMark("labels", ChildMetadata.ManagedByLabel, ChildMetadata.Manager);
        return new OwnSecret(secret, GeneratedSecret.CurrentKey, mark)
        {
            Request = request,
            IsRequestDue = inputs.MetSigningKeyRequest is { } met && met != request,
        };
    }
}
