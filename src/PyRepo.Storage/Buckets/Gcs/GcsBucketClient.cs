using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>A bucket of Google Cloud Storage, by its JSON API. A version is an object's generation.</summary>
public sealed class GcsBucketClient : IBucketClient
{
    readonly GcsBucketSettings _settings;
    readonly BucketConnections _connections;
    readonly GcsTokens _accountTokens;
    readonly GcsTokens _identityTokens;
    readonly GcsRequests _requests;
    readonly GcsDownloads _downloads;
    readonly GcsUploads _uploads;
    volatile GcsAuthentication _authentication;

    /// <summary>Creates a client. It connects at its first request.</summary>
    public GcsBucketClient(GcsBucketSettings settings, BucketConnections connections)
    {
        (_settings, _connections) = (settings, connections);
        _accountTokens = new(connections.ForBucket(), connections);
        _identityTokens = new(connections.ForIdentity(), connections);
        _authentication = Authenticate(settings.EffectiveCredentials);
        _requests = new(settings, connections, () => _authentication);
        _downloads = new(_requests);
        _uploads = new(_requests, _downloads);
    }

    /// <inheritdoc/>
    public int PartLength => GcsUploads.PartLength;

    /// <inheritdoc/>
    public int MaxConcurrentParts => 1;

    /// <summary>Takes other credentials for the requests that are sent from now on.</summary>
    public void Replace(GcsCredentials credentials) => _authentication = Authenticate(credentials);

    /// <inheritdoc/>
    public Task<StoredObject?> HeadAsync(string name, CancellationToken cancellationToken) =>
        _downloads.HeadAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<BucketResponse> GetAsync(string name, BucketRead read, CancellationToken cancellationToken) =>
        _downloads.GetAsync(name, read, cancellationToken);

    /// <inheritdoc/>
    public async Task<StoredObject> PutAsync(
        string name, BucketBody body, WriteCondition condition, CancellationToken cancellationToken)
    {
        var isConditional = condition != WriteCondition.None;
        using var response = await _requests.SendAsync(
            HttpMethod.Post, $"{_requests.Uploads("media", name)}{GcsGeneration.Query(name, condition)}",
            cancellationToken, content: () => BucketBodyContent.Create(body), mayRepeat: !isConditional);
        if (isConditional && response.StatusCode == HttpStatusCode.Conflict)
            throw new PreconditionFailedException($"The object '{name}' is being written by somebody else, too.");
        await _requests.CheckAsync(response, cancellationToken);
        var written = await GcsRequests.ReadAsync(response, GcsJson.Default.GcsObject, cancellationToken);
        return written.ToStoredObject();
    }

    /// <inheritdoc/>
    public Task<string> BeginUploadAsync(string name, CancellationToken cancellationToken) =>
        _uploads.BeginAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<string> PutPartAsync(
        string name, string upload, int number, BucketBody body, CancellationToken cancellationToken) =>
        _uploads.PutAsync(upload, number, body, cancellationToken);

    /// <inheritdoc/>
    public Task<StoredObject> CompleteUploadAsync(
        string name, string upload, IReadOnlyList<string> parts, BucketBody last, WriteCondition condition,
        CancellationToken cancellationToken) =>
        _uploads.CompleteAsync(name, upload, parts.Count, last, condition, cancellationToken);

    /// <inheritdoc/>
    public Task AbortUploadAsync(string name, string upload, CancellationToken cancellationToken) =>
        _uploads.AbortAsync(upload, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>
    /// The service lists no unfinished uploads, charges nothing for them, and ends them after a week.
    /// </remarks>
    public Task AbortUploadsAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, string? startAfter, CancellationToken cancellationToken) =>
        new GcsListing(_requests, prefix, startAfter).ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        using var response = await _requests.SendAsync(
            HttpMethod.Delete, _requests.Object(name), cancellationToken);
        await _requests.IsFoundAsync(response, cancellationToken);
    }

    /// <inheritdoc/>
    public Uri? Presign(string name, TimeSpan validFor) => _authentication.ServiceAccount is { } account
        ? GcsUrlSigner.Sign(_settings, account, name, _connections.Clock.GetUtcNow(), validFor)
        : null;

    /// <inheritdoc/>
    public async Task<bool> BucketExistsAsync(CancellationToken cancellationToken)
    {
        // Who may use the objects may list them, but not read the bucket's own properties.
        using var response = await _requests.SendAsync(
            HttpMethod.Get, $"{_requests.Objects}?maxResults=1&fields=nextPageToken", cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return false;
        await _requests.CheckAsync(response, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> CreateBucketAsync(CancellationToken cancellationToken)
    {
        var project = _settings.Project ?? await _authentication.FindProjectAsync(cancellationToken);
        if (project is null && _settings.Endpoint.Scheme == Uri.UriSchemeHttps)
        {
            throw new BucketException(
                "NoProject", "No project is known to create the bucket in. Name one, or create the bucket yourself.");
        }
        var bucket = JsonSerializer.SerializeToUtf8Bytes(
            new(_settings.Bucket, _settings.Location, GcsBucketAccess.Private), GcsJson.Default.GcsNewBucket);
        using var response = await _requests.SendAsync(
            HttpMethod.Post, $"{_requests.Buckets}?project={Uri.EscapeDataString(project ?? "")}", cancellationToken,
            content: () => new ByteArrayContent(bucket)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
            mayRepeat: false);
        if (response.StatusCode == HttpStatusCode.Conflict)
            return false;
        await _requests.CheckAsync(response, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public async Task DeleteBucketAsync(CancellationToken cancellationToken)
    {
        using var response = await _requests.SendAsync(HttpMethod.Delete, _requests.Bucket, cancellationToken);
        if (response.StatusCode != HttpStatusCode.NotFound)
            await _requests.CheckAsync(response, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _requests.Dispose();
        _accountTokens.Dispose();
        _identityTokens.Dispose();
    }

    GcsAuthentication Authenticate(GcsCredentials credentials) =>
        new(credentials, _accountTokens, _identityTokens, _connections.Clock);
}
