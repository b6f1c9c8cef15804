using System.Text.Json;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>Proves who asks.</summary>
sealed class GcsAuthentication
{
    readonly GcsTokens _accountTokens;
    readonly GcsTokens _identityTokens;
    readonly AccessTokenCache? _cache;

    /// <summary>Proves that credentials are there.</summary>
    /// <param name="credentials">The credentials.</param>
    /// <param name="accountTokens">Fetches tokens for keys, from endpoints that they name.</param>
    /// <param name="identityTokens">Fetches tokens for the pod.</param>
    /// <param name="clock">Tells the time.</param>
    public GcsAuthentication(
        GcsCredentials credentials, GcsTokens accountTokens, GcsTokens identityTokens, TimeProvider clock)
    {
        (_accountTokens, _identityTokens) = (accountTokens, identityTokens);
        ServiceAccount = credentials as GcsServiceAccount;
        if (credentials is not GcsAnonymous)
            _cache = new(FetchAsync, clock);
    }

    /// <summary>The service account whose private key is known, if one is.</summary>
    public GcsServiceAccount? ServiceAccount { get; }

    /// <summary>A token, or null if none is needed.</summary>
    public async ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken) =>
        _cache is null ? null : await _cache.GetAsync(cancellationToken);

    /// <summary>Forgets a token that was refused. Returns whether another one may be accepted.</summary>
    public bool Forget() => _cache?.Forget() ?? false;

    /// <summary>The project of the credentials, or null if it is not known.</summary>
    public async Task<string?> FindProjectAsync(CancellationToken cancellationToken)
    {
        if (ServiceAccount?.Project is { } project)
            return project;
        if (Environment.GetEnvironmentVariable("GOOGLE_CLOUD_PROJECT") is { Length: > 0 } named)
            return named;
        if (ServiceAccount is not null || _cache is null)
            return null;
        return await _identityTokens.GetTextAsync(
            "this pod", () => MetadataRequest("project/project-id"), cancellationToken);
    }

    async Task<AccessToken> FetchAsync(CancellationToken cancellationToken)
    {
        if (ServiceAccount is not null)
            return await _accountTokens.FetchAsync(ServiceAccount, cancellationToken);
        if (Environment.GetEnvironmentVariable("GOOGLE_APPLICATION_CREDENTIALS") is not { Length: > 0 } path)
        {
            return await _identityTokens.FetchAsync(
                "this pod", () => MetadataRequest($"instance/service-accounts/default/token?scopes={GcsTokens.Scope}"),
                cancellationToken);
        }
        var file = await ReadAsync(path, cancellationToken);
        return file.Type switch
        {
            "service_account" => await _identityTokens.FetchAsync(GcsServiceAccount.Create(file), cancellationToken),
            "external_account" => await new GcsFederation(file, _identityTokens).FetchAsync(cancellationToken),
            _ => throw Unusable(path, $"its type is '{file.Type}', and only service_account and external_account work"),
        };
    }

    static async Task<GcsCredentialFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync(
                stream, GcsCredentialJson.Default.GcsCredentialFile, cancellationToken)
                ?? throw Unusable(path, "it is empty");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException
            && error is not BucketException)
        {
            throw Unusable(path, error is JsonException ? "it is not JSON" : error.Message.TrimEnd('.'));
        }
    }

    static HttpRequestMessage MetadataRequest(string path)
    {
        var host = Environment.GetEnvironmentVariable("GCE_METADATA_HOST") is { Length: > 0 } named
            ? named
            : "metadata.google.internal";
        return new(HttpMethod.Get, $"http://{host}/computeMetadata/v1/{path}")
        {
            Headers = { { "Metadata-Flavor", "Google" } },
        };
    }

    static BucketException Unusable(string path, string reason) => new(
        GcsServiceAccount.InvalidKey, $"GOOGLE_APPLICATION_CREDENTIALS names '{path}', which is not usable: {reason}.");
}
