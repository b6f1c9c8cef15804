using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PyRepo.Resources;
using PyRepo.Resources.Problems;
using PyRepo.Resources.References;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>
/// The Secrets that the operator makes: <c>NAME-credentials</c> with a generated password, and the namespace's signing
/// key. It does not read them, so that servers tell it which are missing, and watch for how long a value that was
/// rotated away is valid.
/// </summary>
static class GeneratedSecrets
{
    /// <summary>Returns the names of those that the mounted resource needs, and that are missing or empty.</summary>
    public static ImmutableArray<string> MissingFrom(ServerConfiguration configuration)
    {
        if (!configuration.IsMounted || configuration.Own is not { } own)
            return [];
        return
        [
            .. HasPassword(own, configuration) ? [] : (string[])[GeneratedSecret.Credentials(own.Metadata.Name)],
            .. SigningKey.GetLength(own, configuration) == 0 ? (string[])[GeneratedSecret.SigningKey] : [],
        ];
    }

    /// <summary>
    /// Returns what is wrong with a signing key that is there: the operator does not replace what it does not read.
    /// </summary>
    public static IEnumerable<Diagnostic> Unusable(ServerConfiguration configuration)
    {
        if (!configuration.IsMounted || configuration.Own is not { } own
            || SigningKey.GetLength(own, configuration) is 0 or >= SigningKey.MinLength)
        {
            yield break;
        }
        yield return Diagnostic.At(
            own.Position, "",
            $"the Secret \"{GeneratedSecret.SigningKey}\" has a key of fewer than {SigningKey.MinLength} bytes; "
            + "delete it, and the operator makes another one",
            ProblemReason.Invalid);
    }

    /// <summary>
    /// Removes the value before the current one unless it is known to be valid now. Only these two Secrets have one.
    /// </summary>
    /// <param name="name">The Secret's name.</param>
    /// <param name="data">Its keys, which this method changes.</param>
    /// <param name="now">The time.</param>
    public static void RemoveExpired(string name, IDictionary<string, byte[]> data, DateTimeOffset now)
    {
        if (!GeneratedSecret.IsName(name))
            return;
        if (!data.TryGetValue(GeneratedSecret.PreviousUntilKey, out var text) || !IsAfter(text, now))
            data.Remove(GeneratedSecret.PreviousKey);
    }

    static bool IsAfter(byte[] text, DateTimeOffset now) =>
        DateTimeOffset.TryParse(
            Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
        && until > now;

    static bool HasPassword(Resource own, ServerConfiguration configuration) =>
        own.Spec().Access is not null || own is RepositoryGroup
        || (configuration.FindSecret(own, GeneratedSecret.Credentials(own.Metadata.Name)) is { } secret
            && secret.GetValueOrDefault("username") is { Length: > 0 }
            && secret.GetValueOrDefault("password") is { Length: > 0 });
}
