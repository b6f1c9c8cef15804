using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
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

    /// <inheritdoc/>
    /// <remarks>Google takes one write of an object a second.</remarks>
    public bool SustainsRewrites => false;

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
        {
            throw new PreconditionFailedException($"The object '{name}' is being written by somebody else, too.")
            {
                IsByConcurrentWrite = true,
            };
        }
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

/// <summary>The objects below a prefix, from after a name.</summary>
sealed class GcsListing(GcsRequests requests, string prefix, string? startAfter)
{
    /// <summary>Reads it page by page.</summary>
    public async IAsyncEnumerable<StoredObject> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = $"{requests.Objects}?prefix={Uri.EscapeDataString(prefix)}&maxResults=1000"
            + $"&fields=nextPageToken,items({GcsObject.Fields})"
            + (startAfter is null ? "" : $"&startOffset={Uri.EscapeDataString(startAfter)}");
        string? token = null;
        do
        {
            using var response = await requests.SendAsync(
                HttpMethod.Get, token is null ? query : $"{query}&pageToken={Uri.EscapeDataString(token)}",
                cancellationToken);
            await requests.CheckAsync(response, cancellationToken);
            var page = await GcsRequests.ReadAsync(response, GcsJson.Default.GcsObjectPage, cancellationToken);
            foreach (var listed in page.Items ?? [])
            {
                // The offset itself belongs to the listing.
                if (listed.Name != startAfter)
                    yield return listed.ToStoredObject();
            }
            token = page.NextPageToken;
        }
        while (!string.IsNullOrEmpty(token));
    }
}

/// <summary>Signs URLs with which anybody may read an object for a time (V4 signatures).</summary>
static class GcsUrlSigner
{
    static readonly TimeSpan _longest = TimeSpan.FromDays(7);

    /// <summary>Signs a URL.</summary>
    /// <param name="settings">The bucket.</param>
    /// <param name="account">The account that signs.</param>
    /// <param name="name">The object.</param>
    /// <param name="now">The time.</param>
    /// <param name="validFor">For how long the URL is valid: seven days at most.</param>
    public static Uri Sign(
        GcsBucketSettings settings, GcsServiceAccount account, string name, DateTimeOffset now, TimeSpan validFor)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{time[..8]}/auto/storage/goog4_request";
        var seconds = (long)Math.Clamp(validFor.TotalSeconds, 1, _longest.TotalSeconds);
        var path = $"{settings.Endpoint.AbsolutePath.TrimEnd('/')}/{settings.Bucket}/{Escape(name)}";
        // Sorted by name, as the signature wants it.
        var query = "X-Goog-Algorithm=GOOG4-RSA-SHA256"
            + $"&X-Goog-Credential={Uri.EscapeDataString($"{account.Email}/{scope}")}"
            + $"&X-Goog-Date={time}&X-Goog-Expires={seconds}&X-Goog-SignedHeaders=host";
        var request = $"GET\n{path}\n{query}\nhost:{settings.Endpoint.Authority}\n\nhost\nUNSIGNED-PAYLOAD";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)));
        var signature = Convert.ToHexStringLower(
            account.Sign(Encoding.UTF8.GetBytes($"GOOG4-RSA-SHA256\n{time}\n{scope}\n{hash}")));
        return new(
            $"{settings.Endpoint.GetLeftPart(UriPartial.Authority)}{path}?{query}&X-Goog-Signature={signature}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    static string Escape(string name) =>
        Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal);
}
