using PyRepo.Resources;
using PyRepo.Resources.References;
using PyRepo.Server.Access;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>The namespace's signing key, from the Secret <c>pyrepo-signing-key</c>. Only servers mount it.</summary>
static class SigningKey
{
    /// <summary>A shorter key could be guessed, so that it is as good as none.</summary>
    public const int MinLength = 16;

    /// <summary>Returns how many bytes the key has that signs; 0 if there is none.</summary>
    public static int GetLength(Resource resource, ServerConfiguration configuration) =>
        GetSecret(resource, configuration)?.GetValueOrDefault(GeneratedSecret.CurrentKey)?.Length ?? 0;

    /// <summary>Returns the key that signs, or null if there is none.</summary>
    public static byte[]? GetCurrent(Resource resource, ServerConfiguration configuration) =>
        GetKey(resource, configuration, GeneratedSecret.CurrentKey);

    /// <summary>
    /// Returns the signer and verifier of tokens between servers in a namespace, or null if there is no key.
    /// </summary>
    public static MemberTokens? GetTokens(
        Resource resource, ServerConfiguration configuration, SigningKeyHistory history, TimeProvider clock)
    {
        if (GetCurrent(resource, configuration) is not { } current)
            return null;
        var previous = GetPrevious(resource, configuration);
        return new MemberTokens(current, previous, clock)
        {
            PreviousUntil = history.PreviousUntil(resource.Metadata.Namespace, current, previous),
        };
    }

    /// <summary>
    /// Returns the signer and verifier of the tokens of trusted publishing, or null if there is no key. A laptop has a
    /// key of its own.
    /// </summary>
    public static MintedTokens? GetMintedTokens(
        Resource resource, ServerConfiguration configuration, Func<byte[]> ownKey, SigningKeyHistory history,
        TimeProvider clock)
    {
        if (!configuration.IsMounted)
            return new MintedTokens(ownKey(), null, clock);
        if (GetCurrent(resource, configuration) is not { } current)
            return null;
        var previous = GetPrevious(resource, configuration);
        return new MintedTokens(current, previous, clock)
        {
            PreviousUntil = history.PreviousUntil(resource.Metadata.Namespace, current, previous),
        };
    }

    /// <summary>Returns what seals sessions, or null if there is no key. A laptop has a key of its own.</summary>
    public static SessionCookies? GetSessions(
        Resource resource, ServerConfiguration configuration, Func<byte[]> ownKey, BurnedTokens ended,
        TimeProvider clock) =>
        (configuration.IsMounted ? GetCurrent(resource, configuration) : ownKey()) is { } current
            ? new SessionCookies(GetAudience(resource), current, GetPrevious(resource, configuration), clock)
            {
                Ended = ended,
            }
            : null;

    /// <summary>Returns the audience of tokens for a resource's server.</summary>
    public static string GetAudience(Resource resource) => $"{resource.Metadata.Namespace}/{resource.Metadata.Name}";

    static byte[]? GetPrevious(Resource resource, ServerConfiguration configuration) =>
        GetKey(resource, configuration, GeneratedSecret.PreviousKey);

    static byte[]? GetKey(Resource resource, ServerConfiguration configuration, string name) =>
        GetSecret(resource, configuration)?.GetValueOrDefault(name) is { Length: >= MinLength } key ? key : null;

    static IReadOnlyDictionary<string, byte[]>? GetSecret(Resource resource, ServerConfiguration configuration) =>
        configuration.IsMounted ? configuration.FindSecret(resource, GeneratedSecret.SigningKey) : null;
}
