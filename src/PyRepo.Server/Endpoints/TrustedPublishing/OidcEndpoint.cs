using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.TrustedPublishing;

/// <summary>
/// <c>/_/oidc/…</c> at the host's root, for every repository of the process, as PyPI answers it (
/// <see href="https://docs.pypi.org/trusted-publishers/internals/">trusted publishing</see>), and below a repository's
/// base path for that one alone.
/// </summary>
sealed class OidcEndpoint(RepositoryRegistry served, TokenMint mint, BurnedTokens burned, ILogger<OidcEndpoint> logger)
{
    const string Folder = "/_/";
    const string Failed = "Token request failed";

    static readonly OidcError _payload =
        new("invalid-payload", "The body must be JSON of the form {\"token\": \"…\"}.");

    /// <summary>Whether a path is at the host's root, and thus of no repository: names start with a letter.</summary>
    public static bool IsAt(string path) =>
        path.StartsWith(Folder, StringComparison.Ordinal) || path == DiscoveryEndpoint.Path;

    /// <summary>GET: shows the audience that providers are to put into a token.</summary>
    public Task ShowAudienceAsync(HttpContext context) => TokenMint.FindAudience(GetServed(context)) is { } audience
        ? SendAsync(context, 200, new OidcAudience(audience))
        : RefuseAsync(context, 403, "Trusted publishing functionality not enabled");

    /// <summary>POST: exchanges the token of a provider for one of this server.</summary>
    public async Task MintAsync(HttpContext context)
    {
        var result = await ReadTokenAsync(context) is { } text
            ? await mint.MintAsync(GetServed(context), text, context.RequestAborted)
            : MintResult.Refused(_payload.Code, _payload.Description);
        if (result is { Token: { } token, Expires: { } expires })
        {
            Log.Minted(logger, result.Subject, result.Issuer);
            await SendAsync(context, 200, new OidcMintedToken(true, token, expires.ToUnixTimeSeconds()));
            return;
        }
        Log.Refused(logger, result.Description);
        await RefuseAsync(context, 422, Failed, new OidcError(result.Code, result.Description));
    }

    /// <summary>POST: ends a token. The answer does not tell whether it was one.</summary>
    public async Task BurnAsync(HttpContext context)
    {
        if (await ReadTokenAsync(context) is not { } text)
        {
            await RefuseAsync(context, 422, Failed, _payload);
            return;
        }
        var verified = GetServed(context).SelectMany(each => each.Members.Values.Prepend(each))
            .Select(each => (Registration: each, Token: each.MintedTokens?.Verify(text)))
            .Where(each => each.Token is not null).ToList();
        foreach (var (registration, token) in verified)
        {
            var expires = DateTimeOffset.FromUnixTimeSeconds(token!.Expires);
            burned.Add(token.Id, expires);
            if (registration.Tokens is { } store)
                await store.BurnAsync(token.Id, expires, context.RequestAborted);
        }
        if (verified is [{ Token: { } ended }, ..])
            Log.Ended(logger, ended.Subject);
        await SendAsync(context, 202, new OidcMessage("Accepted"));
    }

    static async Task<string?> ReadTokenAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, ServerLimits.MaxApiBodyLength);
        try
        {
            return body is null ? null : JsonSerializer.Deserialize(body, OidcJson.Default.OidcRequest)?.Token;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The repository whose base path the request is below, or else all of the process.</summary>
    IReadOnlyCollection<RepositoryRegistration> GetServed(HttpContext context) =>
        Find(context) is { } repository ? [repository] : served.All;

    static RepositoryRegistration? Find(HttpContext context) => context.Features.Get<RepositoryRegistration>();

    /// <summary>
    /// Whether a client speaks the protocol of PEP 807. A repository at the host's root has PyPI's URLs for both.
    /// </summary>
    static bool IsDiscovered(HttpContext context) => Find(context) is not null
        || context.Request.Headers.Accept.ToString()
            .Contains(DiscoveryEndpoint.ContentType, StringComparison.OrdinalIgnoreCase);

    static Task SendAsync<T>(HttpContext context, int status, T body) => OidcAnswer.SendAsync(
        context, status, IsDiscovered(context) ? DiscoveryEndpoint.ContentType : "application/json", body);

    /// <summary>
    /// Refuses a request: as <see href="https://peps.python.org/pep-0807/">PEP 807</see> wants it, or as PyPI does.
    /// </summary>
    static Task RefuseAsync(HttpContext context, int status, string message, params IReadOnlyList<OidcError> errors) =>
        IsDiscovered(context)
            ? OidcAnswer.RefuseAsync(context, status, errors is [var only] ? only.Description : message, errors)
            : errors.Count > 0 ? SendAsync(context, status, new OidcRefusal(message, errors))
            : SendAsync(context, status, new OidcMessage(message));
}

[JsonSerializable(typeof(OidcAudience))]
[JsonSerializable(typeof(OidcMessage))]
[JsonSerializable(typeof(OidcRequest))]
[JsonSerializable(typeof(OidcMintedToken))]
[JsonSerializable(typeof(OidcRefusal))]
[JsonSerializable(typeof(OidcProblem))]
[JsonSerializable(typeof(TrustedPublishingEndpoints))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
sealed partial class OidcJson : JsonSerializerContext;

/// <summary>A sentence for the client.</summary>
sealed record OidcMessage(string Message);

/// <summary>A provider's token, or a minted one to be ended.</summary>
sealed record OidcRequest(string? Token);

/// <summary>The audience that a provider's token must have.</summary>
sealed record OidcAudience(string Audience);

/// <summary>A minted token.</summary>
/// <param name="Success">Always true.</param>
/// <param name="Token">The token, which clients send as the password of <c>__token__</c>.</param>
/// <param name="Expires">When it ends, as Unix time in seconds.</param>
sealed record OidcMintedToken(bool Success, string Token, long Expires);

/// <summary>Why no token is minted.</summary>
sealed record OidcRefusal(string Message, IReadOnlyList<OidcError> Errors);

/// <summary>One reason.</summary>
/// <param name="Code">PyPI's code for it.</param>
/// <param name="Description">A sentence.</param>
sealed record OidcError(string Code, string Description);
