using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The Secret of a namespace whose key signs tokens between its servers. It belongs to no resource; existing keys stay.
/// </summary>
public static class SigningKeyManifest
{
    const string Current = "current";

    /// <summary>The Secret, as every resource of the namespace wants it.</summary>
    public static Secret Of(DeclaredResource resource, ReconcileInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(inputs);
        var data = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [Current] = KeyOf(inputs.SigningKey, Current) ?? inputs.FreshKey,
        };
        if (KeyOf(inputs.SigningKey, "previous") is { } previous)
            data["previous"] = previous;
        return new Secret
        {
            Metadata = new ObjectMeta
            {
                Name = ChildNames.SigningKey,
                Namespace = resource.Namespace,
                Labels = ChildMetadata.Texts((ChildMetadata.ManagedByLabel, ChildMetadata.Manager)),
            },
            Type = "Opaque",
            Data = data,
        };
    }

    /// <summary>Whether the operator made it.</summary>
    public static bool IsOurs(Secret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return secret.Metadata.Labels?.GetValueOrDefault(ChildMetadata.ManagedByLabel) == ChildMetadata.Manager;
    }

    /// <summary>Whether servers can sign with it.</summary>
    public static bool IsWhole(Secret secret) => IsOurs(secret) && KeyOf(secret, Current) is not null;

    /// <summary>The Secret with the key that somebody removed; null: nothing is to be repaired.</summary>
    public static Secret? RepairOf(DeclaredResource resource, ReconcileInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.SigningKey is not { } secret || !IsOurs(secret) || IsWhole(secret))
            return null;
        var wanted = Of(resource, inputs);
        // If two resources repair it, the first one wins, and the other reconciles again.
        return wanted with { Metadata = wanted.Metadata with { ResourceVersion = secret.Metadata.ResourceVersion } };
    }

    static byte[]? KeyOf(Secret? secret, string key) =>
        secret?.Data?.GetValueOrDefault(key) is { Length: > 0 } bytes ? bytes : null;
}
