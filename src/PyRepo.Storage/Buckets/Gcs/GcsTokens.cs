using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>Fetches tokens from the endpoints that give them out.</summary>
/// <remarks>
/// Google.Apis.Auth reads JSON by reflection (Newtonsoft.Json), which does not work in a trimmed program.
/// </remarks>
sealed class GcsTokens(HttpMessageHandler handler, BucketConnections connections) : IDisposable
{
    /// <summary>The scope of tokens: reading and writing objects and buckets.</summary>
    public const string Scope = "https://www.googleapis.com/auth/devstorage.read_write";

    const string ServiceName = "Google Cloud's token service";

    readonly BucketRequestSender _sender = new(ServiceName, handler, connections);

    /// <summary>Fetches a token for a service account (RFC 7523).</summary>
    public Task<AccessToken> FetchAsync(GcsServiceAccount account, CancellationToken cancellationToken)
    {
        var now = connections.Clock.GetUtcNow().ToUnixTimeSeconds();
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new("RS256", "JWT", account.KeyId), GcsCredentialJson.Default.GcsJwtHeader);
        var claims = JsonSerializer.SerializeToUtf8Bytes(
            new(account.Email, Scope, account.TokenEndpoint.OriginalString, now, now + 3600),
            GcsCredentialJson.Default.GcsJwtClaims);
        var signed = $"{Base64Url(header)}.{Base64Url(claims)}";
        var assertion = $"{signed}.{Base64Url(account.Sign(Encoding.ASCII.GetBytes(signed)))}";
        return FetchAsync(account.ToString(), () => new(HttpMethod.Post, account.TokenEndpoint)
        {
            Content = new FormUrlEncodedContent(
            [
                new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                new("assertion", assertion),
            ]),
        }, cancellationToken);
    }

    /// <summary>Sends a request for a token.</summary>
    /// <param name="identity">For whom, in messages.</param>
    /// <param name="create">Creates the request.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    public async Task<AccessToken> FetchAsync(
        string identity, Func<HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        var text = await GetTextAsync(identity, create, cancellationToken);
        try
        {
            var token = JsonSerializer.Deserialize(text, GcsCredentialJson.Default.GcsTokenResponse);
            if ((token?.AccessToken ?? token?.ImpersonatedToken) is { Length: > 0 } value)
            {
                var now = connections.Clock.GetUtcNow();
                return new(value, token!.ImpersonationExpires ?? now.AddSeconds(token.ExpiresIn ?? 3600));
            }
        }
        catch (JsonException)
        {
        }
        throw new BucketException("InvalidToken", $"The answer to a request of a token for {identity} has none.");
    }

    /// <summary>Sends a request, and returns the body of the response.</summary>
    public async Task<string> GetTextAsync(
        string identity, Func<HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        using var response = await _sender.SendAsync(_ => new(create()), mayRepeat: true, cancellationToken);
        var text = await BucketErrorText.ReadAsync(response, cancellationToken);
        return response.IsSuccessStatusCode ? text : throw Refused(identity, response, text);
    }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();

    static BucketException Refused(string identity, HttpResponseMessage response, string text)
    {
        GcsTokenError? error = null;
        try
        {
            error = JsonSerializer.Deserialize(text, GcsCredentialJson.Default.GcsTokenError);
        }
        catch (JsonException)
        {
        }
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        return new(
            error?.Code ?? status,
            $"There is no token for {identity}: {BucketErrorText.Shorten(error?.Message ?? $"the status is {status}")} "
            + "Check that the key or the identity still exists, and that this machine's clock is right.")
        { IsTransient = BucketRequestSender.IsTransient(response.StatusCode) };
    }

    static string Base64Url(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}

/// <summary>The answer of a token endpoint.</summary>
sealed record GcsTokenResponse
{
    public string? AccessToken { get; init; }

    public int? ExpiresIn { get; init; }

    /// <summary>The name of the token in an impersonation's answer.</summary>
    [JsonPropertyName("accessToken")]
    public string? ImpersonatedToken { get; init; }

    [JsonPropertyName("expireTime")]
    public DateTimeOffset? ImpersonationExpires { get; init; }

    public override string ToString() => "a token";
}

/// <summary>Why a token endpoint refuses.</summary>
/// <param name="Error">The code, or an object with a message.</param>
/// <param name="ErrorDescription">The reason in words.</param>
sealed record GcsTokenError(JsonElement Error, string? ErrorDescription)
{
    /// <summary>The code.</summary>
    public string? Code => Error.ValueKind switch
    {
        JsonValueKind.String => Error.GetString(),
        JsonValueKind.Object when Error.TryGetProperty("status", out var status) => status.ToString(),
        _ => null,
    };

    /// <summary>The reason.</summary>
    public string? Message => ErrorDescription
        ?? (Error.ValueKind == JsonValueKind.Object && Error.TryGetProperty("message", out var message)
            ? message.ToString()
            : null);
}
