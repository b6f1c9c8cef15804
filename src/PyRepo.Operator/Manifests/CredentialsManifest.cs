using System.Globalization;
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

    /// <summary>How long a password stays valid after it was rotated away.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

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
        var values = Values.Next(inputs, resource.Annotation(Annotations.Rotate));
        var meta =
            ChildMetadata.Data(resource, ChildNames.Credentials(resource.Name), IsRetained(resource.Stored!.Storage));
        return new Secret
        {
            Metadata = meta with { Annotations = meta.Annotations!.Concat(values.Annotations).ToSortedTexts() },
            Type = "kubernetes.io/basic-auth",
            Data = values.Data,
        };
    }

    /// <summary>When the previous password expires, and the Secret changes; null: it does not.</summary>
    public static DateTimeOffset? ChangesAt(Secret? credentials) =>
        DateTimeOffset.TryParse(
            credentials?.Metadata.Annotations?.GetValueOrDefault(Annotations.PreviousUntil),
            CultureInfo.InvariantCulture,
            DateTimeStyles.RoundtripKind, out var until)
            ? until
            : null;

    /// <summary>The password shares the data's fate.</summary>
    static bool IsRetained(StorageSpec storage) =>
        storage.Ephemeral is null
        && (storage.DeletionPolicy is DeletionPolicy.Retain
            || storage.EffectivePersistentVolumeClaim?.ExistingClaim is not null);

    static SortedDictionary<string, string> ToSortedTexts(this IEnumerable<KeyValuePair<string, string>> entries) =>
        new(entries.ToDictionary(), StringComparer.Ordinal);

    /// <summary>
    /// The content of the Secret: passwords, the rotation that made them, and when the previous one expires.
    /// </summary>
    sealed record Values(string User, string Password, string? Previous, string? Rotated, DateTimeOffset? Until)
    {
        public IEnumerable<KeyValuePair<string, string>> Annotations
        {
            get
            {
                if (Rotated is not null)
                    yield return KeyValuePair.Create(Manifests.Annotations.Rotated, Rotated);
                if (Until is { } until)
                {
                    var time = until.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
                    yield return KeyValuePair.Create(Manifests.Annotations.PreviousUntil, time);
                }
            }
        }

        public SortedDictionary<string, byte[]> Data
        {
            get
            {
                var data = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
                {
                    ["username"] = Encoding.UTF8.GetBytes(User),
                    ["password"] = Encoding.UTF8.GetBytes(Password),
                };
                if (Previous is not null)
                    data["previous"] = Encoding.UTF8.GetBytes(Previous);
                return data;
            }
        }

        public static Values Next(ReconcileInputs inputs, string? rotate)
        {
            if (Read(inputs.Credentials) is not { } now)
                return new Values(CredentialsManifest.User, inputs.FreshPassword, null, rotate, null);
            if (rotate is not null && rotate != now.Rotated)
            {
                return now with
                {
                    Password = inputs.FreshPassword,
                    Previous = now.Password,
                    Rotated = rotate,
                    Until = inputs.Now + Overlap,
                };
            }
            return now.Previous is null || now.Until is null || inputs.Now >= now.Until
                ? now with { Previous = null, Until = null }
                : now;
        }

        static Values? Read(Secret? secret) => TextOf(secret, "password") is { } password
            ? new Values(
                TextOf(secret, "username") ?? CredentialsManifest.User, password, TextOf(secret, "previous"),
                secret!.Metadata.Annotations?.GetValueOrDefault(Manifests.Annotations.Rotated), ChangesAt(secret))
            : null;

        static string? TextOf(Secret? secret, string key) =>
            secret?.Data?.GetValueOrDefault(key) is { Length: > 0 } bytes ? Encoding.UTF8.GetString(bytes) : null;
    }
}
