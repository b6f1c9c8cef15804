using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PyRepo.Resources;

namespace PyRepo.Server.Configuration;

/// <summary>
/// The Secrets that the operator makes: <c>NAME-credentials</c> with a generated password, and the namespace's signing
/// key. It does not read them, so that servers tell it which are missing, and watch for how long a value that was
/// rotated away is valid.
/// </summary>
static class GeneratedSecrets
{
    const string Previous = "previous";
    const string PreviousUntil = "previous-until";

    /// <summary>The Secret with the generated password of a resource.</summary>
    public static string CredentialsOf(Resource resource) => $"{resource.Metadata.Name}-credentials";

    /// <summary>Returns the names of those that the mounted resource needs, and that are missing or empty.</summary>
    public static ImmutableArray<string> MissingFrom(ServerConfiguration configuration)
    {
        if (!configuration.IsMounted || configuration.Own is not { } own)
            return [];
        return
        [
            .. HasPassword(own, configuration) ? [] : (string[])[CredentialsOf(own)],
            .. SigningKey.CurrentOf(own, configuration) is null ? (string[])[SigningKey.SecretName] : [],
        ];
    }

    /// <summary>
    /// Removes the value before the current one unless it is known to be valid now. Only these two Secrets have one.
    /// </summary>
    /// <param name="name">The Secret's name.</param>
    /// <param name="data">Its keys, which this method changes.</param>
    /// <param name="now">The time.</param>
    public static void RemoveExpired(string name, IDictionary<string, byte[]> data, DateTimeOffset now)
    {
        if (name != SigningKey.SecretName && !name.EndsWith("-credentials", StringComparison.Ordinal))
            return;
        if (!data.TryGetValue(PreviousUntil, out var text) || !IsAfter(text, now))
            data.Remove(Previous);
    }

    static bool IsAfter(byte[] text, DateTimeOffset now) =>
        DateTimeOffset.TryParse(
            Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
        && until > now;

    static bool HasPassword(Resource own, ServerConfiguration configuration) =>
        own.Spec().Access is not null || own is RepositoryGroup
        || (configuration.FindSecret(own, CredentialsOf(own)) is { } secret
            && secret.GetValueOrDefault("username") is { Length: > 0 }
            && secret.GetValueOrDefault("password") is { Length: > 0 });
}
