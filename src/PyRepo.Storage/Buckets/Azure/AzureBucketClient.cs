using System.Net;
using System.Net.Http.Headers;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Azure;

/// <summary>A container of Azure Blob Storage, by its REST API. A version is an object's ETag.</summary>
public sealed class AzureBucketClient : IBucketClient
{
    readonly AzureBucketSettings _settings;
    readonly BucketConnections _connections;
    readonly AzureTokens _tokens;
    readonly AzureRequests _requests;
    readonly AzureDownloads _downloads;
    volatile AzureAuthentication _authentication;

    /// <summary>Creates a client. It connects at its first request.</summary>
    public AzureBucketClient(AzureBucketSettings settings, BucketConnections connections)
    {
        (_settings, _connections) = (settings, connections);
        _tokens = new(connections);
        _authentication = new(settings.Credentials, _tokens, connections.Clock);
        _requests = new(settings, connections, () => _authentication);
        _downloads = new(_requests);
    }

    /// <inheritdoc/>
    public int PartLength => 8 * 1024 * 1024;

    /// <inheritdoc/>
    public int MaxConcurrentParts => 3;

    /// <summary>Takes other credentials for the requests that are sent from now on.</summary>
    public void Replace(AzureCredentials credentials) =>
        _authentication = new(credentials, _tokens, _connections.Clock);

    /// <inheritdoc/>
    public Task<StoredObject?> HeadAsync(string name, CancellationToken cancellationToken) =>
        _downloads.HeadAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<BucketResponse> GetAsync(string name, BucketRead read, CancellationToken cancellationToken) =>
        _downloads.GetAsync(name, read, cancellationToken);

    /// <inheritdoc/>
    public Task<StoredObject> PutAsync(
        string name, BucketBody body, WriteCondition condition, CancellationToken cancellationToken) =>
        WriteAsync(
            name, _requests.Object(name), () => BucketBodyContent.Create(body), body.Length,
            headers => headers.Add("x-ms-blob-type", "BlockBlob"), condition, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>An upload is nothing but the beginning of its blocks' ids.</remarks>
    public Task<string> BeginUploadAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult(Guid.NewGuid().ToString("N"));

    /// <inheritdoc/>
    public async Task<string> PutPartAsync(
        string name, string upload, int number, BucketBody body, CancellationToken cancellationToken)
    {
        var id = AzureBlocks.IdOf(upload, number);
        using var response = await _requests.SendAsync(
            HttpMethod.Put, $"{_requests.Object(name)}?comp=block&blockid={Uri.EscapeDataString(id)}",
            cancellationToken, content: () => BucketBodyContent.Create(body));
        await _requests.CheckAsync(response, cancellationToken);
        return id;
    }

    /// <inheritdoc/>
    public async Task<StoredObject> CompleteUploadAsync(
        string name, string upload, IReadOnlyList<string> parts, BucketBody last, WriteCondition condition,
        CancellationToken cancellationToken)
    {
        var lastId = await PutPartAsync(name, upload, parts.Count + 1, last, cancellationToken);
        var list = AzureBlocks.ListOf(parts.Append(lastId));
        return await WriteAsync(
            name, $"{_requests.Object(name)}?comp=blocklist",
            () => new ByteArrayContent(list)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/xml") },
            },
            (long)parts.Count * PartLength + last.Length,
            headers => headers.Add("x-ms-blob-content-type", "application/octet-stream"), condition, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Blocks of no object cannot be deleted. The service does so after a week.</remarks>
    public Task AbortUploadAsync(string name, string upload, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    /// <remarks>See <see cref="AbortUploadAsync"/>.</remarks>
    public Task AbortUploadsAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, string? startAfter, CancellationToken cancellationToken) =>
        new AzureListing(_requests, prefix, startAfter).ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        using var response = await _requests.SendAsync(HttpMethod.Delete, _requests.Object(name), cancellationToken);
        await _requests.IsFoundAsync(response, cancellationToken);
    }

    /// <inheritdoc/>
    public Uri? Presign(string name, TimeSpan validFor) => _authentication.Key is { } key
        ? AzureUrlSigner.Sign(
            _requests.Object(name), _settings, key, name, _connections.Clock.GetUtcNow() + validFor)
        : null;

    /// <inheritdoc/>
    public async Task<bool> BucketExistsAsync(CancellationToken cancellationToken)
    {
        using var response = await SendToContainerAsync(HttpMethod.Get, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return false;
        await _requests.CheckAsync(response, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> CreateBucketAsync(CancellationToken cancellationToken)
    {
        using var response = await SendToContainerAsync(HttpMethod.Put, cancellationToken);
        if (AzureErrors.CodeOf(response) == "ContainerAlreadyExists")
            return false;
        await _requests.CheckAsync(response, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public async Task DeleteBucketAsync(CancellationToken cancellationToken)
    {
        using var response = await SendToContainerAsync(HttpMethod.Delete, cancellationToken);
        if (response.StatusCode != HttpStatusCode.NotFound)
            await _requests.CheckAsync(response, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _requests.Dispose();
        _tokens.Dispose();
    }

    // A container that is created is not sent again: the answer would be that it is there.
    Task<HttpResponseMessage> SendToContainerAsync(HttpMethod method, CancellationToken cancellationToken) =>
        _requests.SendAsync(
            method, $"{_requests.Container}?restype=container", cancellationToken,
            mayRepeat: method != HttpMethod.Put);

    async Task<StoredObject> WriteAsync(
        string name, string url, Func<HttpContent> content, long length, Action<HttpRequestHeaders> prepare,
        WriteCondition condition, CancellationToken cancellationToken)
    {
        using var response = await _requests.SendAsync(
            HttpMethod.Put, url, cancellationToken, content,
            headers =>
            {
                prepare(headers);
                AzureConditions.Set(headers, condition);
            },
            mayRepeat: condition == WriteCondition.None);
        await _requests.CheckAsync(response, cancellationToken);
        return AzureDownloads.Describe(name, response, length);
    }
}
