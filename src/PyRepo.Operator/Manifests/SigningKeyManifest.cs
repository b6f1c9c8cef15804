using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The Secret of a namespace whose key signs tokens between its servers. It belongs to no resource. Existing keys stay.
/// A new value of <see cref="Annotations.Rotate"/> on the Secret makes a new key, and <c>previous</c> has the one
/// before it for an hour.
/// </summary>
public static class SigningKeyManifest
{
    /// <summary>How many bytes a key has.</summary>
    public const int KeyBytes = 32;

    const string Current = "current";

    /// <summary>The Secret, as every resource of the namespace wants it.</summary>
    public static Secret Of(DeclaredResource resource, ReconcileInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(inputs);
        var rotation = Rotation.Read(inputs.SigningKey, Current) ?? FirstOf(inputs);
        var annotations = ChildMetadata.Texts([.. rotation.Annotations.Select(a => (a.Key, a.Value))]);
        return new Secret
        {
            Metadata = new ObjectMeta
            {
                Name = ChildNames.SigningKey,
                Namespace = resource.Namespace,
                Labels = ChildMetadata.Texts((ChildMetadata.ManagedByLabel, ChildMetadata.Manager)),
                Annotations = annotations.IsEmpty ? null : annotations,
            },
            Type = "Opaque",
            Data = rotation.ToData(Current),
        };
    }

    /// <summary>Whether the operator made it.</summary>
    public static bool IsOurs(Secret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return secret.Metadata.Labels?.GetValueOrDefault(ChildMetadata.ManagedByLabel) == ChildMetadata.Manager;
    }

    /// <summary>Whether servers can sign with it.</summary>
    public static bool IsWhole(Secret secret) => IsOurs(secret) && Rotation.Read(secret, Current) is not null;

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

    /// <summary>
    /// The merge patch that makes the key that somebody asked for, or removes one that expired, whoever wrote it; null:
    /// nothing is due. It fails if the Secret was changed meanwhile, so that no key is replaced unseen.
    /// </summary>
    /// <param name="secret">The Secret as it is.</param>
    /// <param name="freshKey">New random bytes.</param>
    /// <param name="now">The time.</param>
    public static JsonObject? RotationOf(Secret secret, byte[] freshKey, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (!IsOurs(secret) || Rotation.Read(secret, Current) is not { } rotation)
            return null;
        var next = rotation.Next(RequestOf(secret), freshKey, now);
        if (next == rotation)
            return null;
        var annotations = next.Annotations.ToDictionary();
        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = secret.Metadata.Uid,
                ["resourceVersion"] = secret.Metadata.ResourceVersion,
                ["annotations"] = new JsonObject
                {
                    [Annotations.Rotated] = annotations.GetValueOrDefault(Annotations.Rotated),
                    [Annotations.PreviousUntil] = annotations.GetValueOrDefault(Annotations.PreviousUntil),
                },
            },
            ["data"] = new JsonObject
            {
                [Current] = Convert.ToBase64String(next.Current),
                [Rotation.PreviousKey] = next.Previous is { } previous ? Convert.ToBase64String(previous) : null,
            },
        };
    }

    static Rotation FirstOf(ReconcileInputs inputs) => new(inputs.FreshKey)
    {
        Previous = Rotation.PreviousOf(inputs.SigningKey),
        Rotated = RequestOf(inputs.SigningKey),
        Until = Rotation.EndsAt(inputs.SigningKey),
    };

    static string? RequestOf(Secret? secret) => secret?.Metadata.Annotations?.GetValueOrDefault(Annotations.Rotate);
}
