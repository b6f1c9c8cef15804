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
/// <see href="https://docs.pypi.org/trusted-publishers/internals/">trusted publishing</see>).
/// </summary>
sealed class OidcEndpoint(RepositoryRegistry served, TokenMint mint, BurnedTokens burned, ILogger<OidcEndpoint> logger)
{
    const string Folder = "/_/";

    /// <summary>Whether a path is at the host's root, and thus of no repository: names start with a letter.</summary>
    public static bool IsAt(string path) => path.StartsWith(Folder, StringComparison.Ordinal);

    /// <summary>GET: shows the audience that providers are to put into a token.</summary>
    public Task ShowAudienceAsync(HttpContext context) => TokenMint.FindAudience(served.All) is { } audience
        ? SendAsync(context, 200, new OidcAudience(audience))
        : SendAsync(context, 403, new OidcMessage("Trusted publishing functionality not enabled"));

    /// <summary>POST: exchanges the token of a provider for one of this server.</summary>
    public async Task MintAsync(HttpContext context)
    {
        var result = await ReadTokenAsync(context) is { } text
            ? await mint.MintAsync(served.All, text, context.RequestAborted)
            : MintResult.Refused("invalid-payload", "The body must be JSON of the form {\"token\": \"…\"}.");
        if (result is { Token: { } token, Expires: { } expires })
        {
            Log.Minted(logger, result.Subject, result.Issuer);
            await SendAsync(context, 200, new OidcMintedToken(true, token, expires.ToUnixTimeSeconds()));
            return;
        }
        Log.Refused(logger, result.Description);
        await SendAsync(context, 422, new OidcRefusal(
            "Token request failed", [new OidcError(result.Code, result.Description)]));
    }

    /// <summary>POST: ends a token. The answer does not tell whether it was one.</summary>
    public async Task BurnAsync(HttpContext context)
    {
        if (await ReadTokenAsync(context) is not { } text)
        {
            await SendAsync(context, 422, new OidcRefusal(
                "Token request failed",
                [new OidcError("invalid-payload", "The body must be JSON of the form {\"token\": \"…\"}.")]));
            return;
        }
        var verified = served.All.SelectMany(each => each.Members.Values.Prepend(each))
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

    static async Task SendAsync<T>(HttpContext context, int status, T body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, typeof(T), OidcJson.Default);
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
    }
}

[JsonSerializable(typeof(OidcAudience))]
[JsonSerializable(typeof(OidcMessage))]
[JsonSerializable(typeof(OidcRequest))]
[JsonSerializable(typeof(OidcMintedToken))]
[JsonSerializable(typeof(OidcRefusal))]
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
