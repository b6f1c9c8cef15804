using System.Globalization;
using System.Net.Http.Headers;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>Reads objects.</summary>
sealed class GcsDownloads(GcsRequests requests) : BucketDownloads(requests.Sender)
{
    /// <inheritdoc/>
    public override async Task<StoredObject?> HeadAsync(
        string name, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        using var response = await requests.SendAsync(
            HttpMethod.Get, $"{requests.Object(name)}?fields={GcsObject.Fields}", cancellationToken, timeout: timeout);
        return await requests.IsFoundAsync(response, cancellationToken)
            ? (await GcsRequests.ReadAsync(response, GcsJson.Default.GcsObject, cancellationToken)).ToStoredObject()
            : null;
    }

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(
        string name, BucketRead read, CancellationToken cancellationToken) =>
        requests.SendAsync(
            HttpMethod.Get, $"{requests.Object(name)}?alt=media{GcsGeneration.Query(read)}", cancellationToken,
            prepare: headers => Prepare(headers, read), timeout: read.Timeout, isBuffered: false);

    /// <inheritdoc/>
    protected override Task<bool> IsFoundAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        requests.IsFoundAsync(response, cancellationToken);

    /// <inheritdoc/>
    protected override StoredObject Describe(string name, HttpResponseMessage response)
    {
        var generation = long.Parse(GetHeader(response, "x-goog-generation"), CultureInfo.InvariantCulture);
        var length = response.Content.Headers.ContentRange?.Length
            ?? long.Parse(GetHeader(response, "x-goog-stored-content-length"), CultureInfo.InvariantCulture);
        var modified = response.Content.Headers.LastModified
            ?? GcsGeneration.ToTime(generation, response.Headers.Date ?? DateTimeOffset.UtcNow);
        return new(name, length, GcsGeneration.ToVersion(generation), modified);
    }

    static void Prepare(HttpRequestHeaders headers, BucketRead read)
    {
        // Otherwise an object with "Content-Encoding: gzip" is unpacked on the way, and ranges are ignored.
        headers.AcceptEncoding.ParseAdd("gzip");
        if (BucketRange.Create(read) is { } range)
            headers.Range = range;
    }

    static string GetHeader(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values)
            ? values.First()
            : throw new BucketException(
                "InvalidResponse", $"The answer has no header '{name}': is the endpoint Google Cloud Storage?");
}
