using System.Net.Http.Headers;
using System.Text.Json;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>
/// A workload identity federation: a token of another platform, such as a Kubernetes service account's, is exchanged
/// for one of Google Cloud.
/// </summary>
/// <param name="file">The configuration, which GOOGLE_APPLICATION_CREDENTIALS names.</param>
/// <param name="tokens">Fetches tokens.</param>
sealed class GcsFederation(GcsCredentialFile file, GcsTokens tokens)
{
    const string CloudPlatform = "https://www.googleapis.com/auth/cloud-platform";
    const string Identity = "the workload identity federation";

    /// <summary>Fetches a token.</summary>
    public async Task<AccessToken> FetchAsync(CancellationToken cancellationToken)
    {
        var endpoint = Required(file.TokenUrl, "token_url");
        var exchange = new GcsSubjectTokenExchange(
            Required(file.Audience, "audience"), Required(file.SubjectTokenType, "subject_token_type"),
            await ReadSubjectTokenAsync(cancellationToken));
        var impersonation = file.ServiceAccountImpersonationUrl;
        var token = await tokens.FetchAsync(Identity, () => new(HttpMethod.Post, endpoint)
        {
            Content = exchange.ToForm(impersonation is null ? GcsTokens.Scope : CloudPlatform),
        }, cancellationToken);
        return impersonation is null
            ? token
            : await tokens.FetchAsync("the service account of the federation", () => new(HttpMethod.Post, impersonation)
            {
                Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token.Value) },
                Content = JsonContent(new GcsImpersonation([GcsTokens.Scope])),
            }, cancellationToken);
    }

    async Task<string> ReadSubjectTokenAsync(CancellationToken cancellationToken)
    {
        string text;
        if (file.CredentialSource is { File: { } path })
        {
            try
            {
                text = await File.ReadAllTextAsync(path, cancellationToken);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw Invalid($"'{path}' cannot be read: {error.Message}");
            }
        }
        else if (file.CredentialSource is { Url: { } url })
        {
            text = await tokens.GetTextAsync(Identity, () => RequestTo(url), cancellationToken);
        }
        else
        {
            throw Invalid("'credential_source' has neither 'file' nor 'url', and others are not supported");
        }
        return file.CredentialSource.Format is { Type: "json", SubjectTokenFieldName: { } field }
            ? GetField(text, field)
            : text.Trim();
    }

    HttpRequestMessage RequestTo(string url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        foreach (var (name, value) in file.CredentialSource?.Headers ?? [])
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    static string GetField(string json, string field)
    {
        try
        {
            var members = JsonSerializer.Deserialize(json, GcsCredentialJson.Default.DictionaryStringJsonElement);
            if (members is not null && members.TryGetValue(field, out var value))
                return value.ToString();
        }
        catch (JsonException)
        {
        }
        throw Invalid($"the source of its token has no '{field}'");
    }

    static ByteArrayContent JsonContent(GcsImpersonation body) =>
        new(JsonSerializer.SerializeToUtf8Bytes(body, GcsCredentialJson.Default.GcsImpersonation))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };

    static string Required(string? value, string name) => value ?? throw Invalid($"'{name}' is missing");

    static BucketException Invalid(string reason) => new(
        GcsServiceAccount.InvalidKey, $"The file that GOOGLE_APPLICATION_CREDENTIALS names is not usable: {reason}.");
}

/// <summary>The request for a token of a service account.</summary>
sealed record GcsImpersonation(IReadOnlyList<string> Scope);

/// <summary>The request of a federation to exchange its token (RFC 8693).</summary>
sealed record GcsSubjectTokenExchange(string Audience, string SubjectTokenType, string SubjectToken)
{
    /// <summary>The form of the request.</summary>
    public FormUrlEncodedContent ToForm(string scope) => new(
    [
        new("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        new("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        new("audience", Audience),
        new("scope", scope),
        new("subject_token_type", SubjectTokenType),
        new("subject_token", SubjectToken),
    ]);

    /// <inheritdoc/>
    public override string ToString() => $"an exchange for {Audience}";
}

/// <summary>
/// A credential's JSON: a service account's key, or the configuration of a workload identity federation.
/// </summary>
sealed record GcsCredentialFile
{
    public string? Type { get; init; }

    public string? ProjectId { get; init; }

    public string? PrivateKeyId { get; init; }

    public string? PrivateKey { get; init; }

    public string? ClientEmail { get; init; }

    public string? TokenUri { get; init; }

    public string? Audience { get; init; }

    public string? SubjectTokenType { get; init; }

    public string? TokenUrl { get; init; }

    public GcsSubjectTokenSource? CredentialSource { get; init; }

    public string? ServiceAccountImpersonationUrl { get; init; }

    public override string ToString() => $"a credential of the type {Type}";
}

/// <summary>Where the token is that a federation exchanges.</summary>
sealed record GcsSubjectTokenSource
{
    /// <summary>A file with the token.</summary>
    public string? File { get; init; }

    /// <summary>A URL that answers with the token.</summary>
    public string? Url { get; init; }

    /// <summary>The headers of the request.</summary>
    public Dictionary<string, string>? Headers { get; init; }

    /// <summary>How the token is written.</summary>
    public GcsSubjectTokenFormat? Format { get; init; }
}

/// <summary>How a token is written.</summary>
/// <param name="Type"><c>json</c> or <c>text</c>.</param>
/// <param name="SubjectTokenFieldName">The member of the JSON that is the token.</param>
sealed record GcsSubjectTokenFormat(string? Type, string? SubjectTokenFieldName);
