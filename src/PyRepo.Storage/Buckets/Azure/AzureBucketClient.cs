using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
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
        var id = AzureBlocks.GetId(upload, number);
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
        var list = AzureBlocks.GetList(parts.Append(lastId));
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
        if (AzureErrors.GetCode(response) == "ContainerAlreadyExists")
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

/// <summary>The parts of an upload. All ids of an object's blocks have the same length.</summary>
static class AzureBlocks
{
    /// <summary>The id of a part.</summary>
    public static string GetId(string upload, int number) => Convert.ToBase64String(
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{upload}-{number:D6}")));

    /// <summary>The list that makes an object of blocks.</summary>
    public static byte[] GetList(IEnumerable<string> ids)
    {
        var xml = new StringBuilder("""<?xml version="1.0" encoding="utf-8"?><BlockList>""");
        foreach (var id in ids)
            xml.Append("<Uncommitted>").Append(id).Append("</Uncommitted>");
        return Encoding.UTF8.GetBytes(xml.Append("</BlockList>").ToString());
    }
}

/// <summary>Signs URLs with which anybody may read an object for a time (a service SAS).</summary>
static class AzureUrlSigner
{
    const string Version = "2021-12-02";

    /// <summary>Signs a URL.</summary>
    /// <param name="url">The object's URL.</param>
    /// <param name="settings">The container.</param>
    /// <param name="key">The account's key.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="expires">When the URL ceases to be valid.</param>
    public static Uri Sign(
        string url, AzureBucketSettings settings, AzureAccountKey key, string name, DateTimeOffset expires)
    {
        var time = expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var protocol = settings.Endpoint.Scheme == Uri.UriSchemeHttps ? "https" : "https,http";
        // Without a start, because the clocks of two machines differ.
        string[] fields =
        [
            "r", "", time, $"/blob/{settings.EffectiveAccount}/{settings.Container}/{name}", "", "", protocol, Version,
            "b", "", "", "", "", "", "", "",
        ];
        var query = $"?sv={Version}&sr=b&sp=r&se={Uri.EscapeDataString(time)}&spr={Uri.EscapeDataString(protocol)}"
            + $"&sig={Uri.EscapeDataString(key.Sign(string.Join('\n', fields)))}";
        return new(url + query, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }
}

/// <summary>The objects below a prefix, from after a name.</summary>
sealed class AzureListing(AzureRequests requests, string prefix, string? startAfter)
{
    // The first version of the protocol in which a listing can begin at a name.
    const string StartFromVersion = "2026-02-06";

    /// <summary>Reads it page by page.</summary>
    public async IAsyncEnumerable<StoredObject> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = $"{requests.Container}?restype=container&comp=list&prefix={Uri.EscapeDataString(prefix)}";
        if (startAfter is not null)
            query += $"&startFrom={Uri.EscapeDataString(startAfter)}";
        string? marker = null;
        do
        {
            var url = marker is null ? query : $"{query}&marker={Uri.EscapeDataString(marker)}";
            using var response = startAfter is null
                ? await requests.SendAsync(HttpMethod.Get, url, cancellationToken)
                : await requests.SendAsync(HttpMethod.Get, url, cancellationToken, version: StartFromVersion);
            await requests.CheckAsync(response, cancellationToken);
            await using var xml = await response.Content.ReadAsStreamAsync(cancellationToken);
            var page = AzurePage.Read(xml);
            foreach (var listed in page.Objects)
            {
                // The name that a listing begins at belongs to it.
                if (listed.Key != startAfter)
                    yield return listed;
            }
            marker = page.Marker;
        }
        while (marker is not null);
    }
}
