using System.Text;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Resources.Storage;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The Secret NAME-credentials
/// (<see href="https://kubernetes.io/docs/concepts/configuration/secret/#basic-authentication-secret">kubernetes.io/basic-auth</see>)
/// of a repository whose resource names no users. Existing values stay. A new value of <see cref="Annotations.Rotate"/>
/// makes a new password, and <c>previous</c> has the one before it for an hour.
/// </summary>
public static class CredentialsManifest
{
    /// <summary>The user whose password is generated.</summary>
    public const string User = "publisher";

    const string UserName = "username";
    const string Password = "password";

    /// <summary>Whether a resource needs a generated password.</summary>
    public static bool IsNeeded(DeclaredResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return resource.Stored is { Access: null };
    }

    /// <summary>The Secret; null where none is needed.</summary>
    public static Secret? Of(DeclaredResource resource, ReconcileInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (!IsNeeded(resource))
            return null;
        var rotation = NextOf(inputs, resource.Annotation(Annotations.Rotate));
        var data = rotation.ToData(Password);
        data[UserName] = inputs.Credentials?.Data?.GetValueOrDefault(UserName) is { Length: > 0 } name
            ? name : Encoding.UTF8.GetBytes(User);
        var meta =
            ChildMetadata.Data(resource, ChildNames.Credentials(resource.Name), IsRetained(resource.Stored!.Storage));
        return new Secret
        {
            Metadata = meta with { Annotations = meta.Annotations!.Concat(rotation.Annotations).ToSortedTexts() },
            Type = "kubernetes.io/basic-auth",
            Data = data,
        };
    }

    /// <summary>When the previous password expires, and the Secret changes; null: it does not.</summary>
    public static DateTimeOffset? ChangesAt(Secret? credentials) => Rotation.EndsAt(credentials);

    /// <summary>The password shares the data's fate.</summary>
    static bool IsRetained(StorageSpec storage) =>
        storage.Ephemeral is null
        && (storage.DeletionPolicy is DeletionPolicy.Retain
            || storage.EffectivePersistentVolumeClaim?.ExistingClaim is not null);

    static SortedDictionary<string, string> ToSortedTexts(this IEnumerable<KeyValuePair<string, string>> entries) =>
        new(entries.ToDictionary(), StringComparer.Ordinal);

    /// <summary>A previous password of which nobody knows until when it is valid is not.</summary>
    static Rotation NextOf(ReconcileInputs inputs, string? requested)
    {
        var fresh = Encoding.UTF8.GetBytes(inputs.FreshPassword);
        if (Rotation.Read(inputs.Credentials, Password) is not { } now)
            return new Rotation(fresh) { Rotated = requested };
        return (now.Until is null ? now with { Previous = null } : now).Next(requested, fresh, inputs.Now);
    }
}
