using System.Text;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Resources.References;
using PyRepo.Resources.Storage;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The Secret NAME-credentials
/// (<see href="https://kubernetes.io/docs/concepts/configuration/secret/#basic-authentication-secret">kubernetes.io/basic-auth</see>)
/// of a repository whose resource names no users. A new value of <see cref="Annotations.Rotate"/> makes a new password.
/// </summary>
public static class CredentialsManifest
{
    /// <summary>Whether a resource needs a generated password.</summary>
    public static bool IsNeeded(DeclaredResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return resource.Stored is { Access: null };
    }

    /// <summary>The Secret; null where none is needed.</summary>
    public static OwnSecret? Create(DeclaredResource resource, ReconcileInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (!IsNeeded(resource))
            return null;
        var meta =
            ChildMetadata.Data(resource, ChildNames.Credentials(resource.Name), IsRetained(resource.Stored!.Storage));
        var secret = new Secret
        {
            Metadata = meta,
            Type = "kubernetes.io/basic-auth",
            Data = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
            {
                [GeneratedSecret.UserNameKey] = Encoding.UTF8.GetBytes(GeneratedSecret.User),
                [GeneratedSecret.PasswordKey] = Encoding.UTF8.GetBytes(inputs.FreshPassword),
            },
        };
        var mark = new OwnSecret.OwnershipMark(
            "annotations", Annotations.DataOf, ResourceKey.From(resource).ToString());
        // The Secret is the resource's alone: what it says of its last rotation decides.
        return new OwnSecret(secret, GeneratedSecret.PasswordKey, mark)
        {
            Request = resource.Annotation(Annotations.Rotate),
            IsRequestDue = true,
        };
    }

    /// <summary>The password shares the data's fate.</summary>
    static bool IsRetained(StorageSpec storage) =>
        storage.Ephemeral is null
        && (storage.DeletionPolicy is DeletionPolicy.Retain
            || storage.EffectivePersistentVolumeClaim?.ExistingClaim is not null);
}
