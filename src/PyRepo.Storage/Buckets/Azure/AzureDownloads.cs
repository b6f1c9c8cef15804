using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Azure;

/// <summary>Reads objects.</summary>
sealed class AzureDownloads(AzureRequests requests) : BucketDownloads(requests.Sender)
{
    /// <inheritdoc/>
    public override async Task<StoredObject?> HeadAsync(
        string name, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        using var response = await requests.SendAsync(
            HttpMethod.Head, requests.Object(name), cancellationToken, timeout: timeout);
        return await requests.IsFoundAsync(response, cancellationToken) ? Describe(name, response) : null;
    }

    /// <summary>The object that a response is about.</summary>
    public static StoredObject Describe(string name, HttpResponseMessage response, long length) => new(
        name, length, AzureConditions.GetVersion(response),
        BucketTime.Truncate(response.Content.Headers.LastModified ?? response.Headers.Date ?? DateTimeOffset.UtcNow));

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(
        string name, BucketRead read, CancellationToken cancellationToken) =>
        requests.SendAsync(
            HttpMethod.Get, requests.Object(name), cancellationToken,
            prepare: headers =>
            {
                AzureConditions.Set(headers, read);
                headers.Range = BucketRange.Create(read);
            },
            timeout: read.Timeout, isBuffered: false);

    /// <inheritdoc/>
    protected override Task<bool> IsFoundAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        requests.IsFoundAsync(response, cancellationToken);

    /// <inheritdoc/>
    protected override StoredObject Describe(string name, HttpResponseMessage response)
    {
        var headers = response.Content.Headers;
        return Describe(name, response, headers.ContentRange?.Length ?? headers.ContentLength ?? 0);
    }
}
