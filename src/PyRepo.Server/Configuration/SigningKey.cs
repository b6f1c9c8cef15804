using PyRepo.Resources;
using PyRepo.Server.Access;

namespace PyRepo.Server.Configuration;

/// <summary>The namespace's key, which only servers mount: the Secret <c>pyrepo-signing-key</c>.</summary>
static class SigningKey
{
    const string SecretName = "pyrepo-signing-key";

    /// <summary>The key that signs; null where there is none.</summary>
    public static byte[]? CurrentOf(Resource resource, ServerConfiguration configuration) =>
        SecretOf(resource, configuration)?.GetValueOrDefault("current") is { Length: > 0 } current ? current : null;

    /// <summary>What signs and verifies tokens between servers of a namespace; null where there is no key.</summary>
    public static MemberTokens? TokensOf(Resource resource, ServerConfiguration configuration, TimeProvider clock) =>
        CurrentOf(resource, configuration) is { } current
            ? new MemberTokens(
                current, SecretOf(resource, configuration)?.GetValueOrDefault("previous") is { Length: > 0 } previous ? previous : null, clock)
            : null;

    /// <summary>What a token for a resource's server is for.</summary>
    public static string AudienceOf(Resource resource) => $"{resource.Metadata.Namespace}/{resource.Metadata.Name}";

    static IReadOnlyDictionary<string, byte[]>? SecretOf(Resource resource, ServerConfiguration configuration) =>
        configuration.IsMounted ? configuration.FindSecret(resource, SecretName) : null;
}
