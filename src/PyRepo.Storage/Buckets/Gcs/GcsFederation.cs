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
            ? FieldOf(text, field)
            : text.Trim();
    }

    HttpRequestMessage RequestTo(string url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        foreach (var (name, value) in file.CredentialSource?.Headers ?? [])
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    static string FieldOf(string json, string field)
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
