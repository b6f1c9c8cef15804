using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>Reads objects.</summary>
sealed class GcsDownloads(GcsRequests requests)
{
    /// <inheritdoc cref="IBucketClient.HeadAsync"/>
    public async Task<StoredObject?> HeadAsync(
        string name, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        using var response = await requests.SendAsync(
            HttpMethod.Get, $"{requests.Object(name)}?fields={GcsObject.Fields}", cancellationToken, timeout: timeout);
        return await requests.IsFoundAsync(response, cancellationToken)
            ? (await GcsRequests.ReadAsync(response, GcsJson.Default.GcsObject, cancellationToken)).ToStoredObject()
            : null;
    }

    /// <inheritdoc cref="IBucketClient.GetAsync"/>
    public async Task<BucketResponse> GetAsync(string name, BucketRead read, CancellationToken cancellationToken)
    {
        if (read.Count == 0)
            return await GetNothingAsync(name, read, cancellationToken);
        var response = await requests.SendAsync(
            HttpMethod.Get, $"{requests.Object(name)}?alt=media{GcsGeneration.Query(read)}", cancellationToken,
            prepare: headers => Prepare(headers, read), timeout: read.Timeout, isBuffered: false);
        try
        {
            switch (response.StatusCode)
            {
                case HttpStatusCode.NotModified:
                    return Without(BucketReadOutcome.Unchanged);
                case HttpStatusCode.PreconditionFailed:
                    return Without(BucketReadOutcome.Changed);
                case HttpStatusCode.RequestedRangeNotSatisfiable:
                    return await GetNothingAsync(name, read, cancellationToken);
            }
            if (!await requests.IsFoundAsync(response, cancellationToken))
                return Without(BucketReadOutcome.NotFound);
            var found = Describe(name, response);
            if (OutcomeOf(found, read) is not BucketReadOutcome.Found and var other)
                return Without(other);
            var opened = new BucketResponse(
                BucketReadOutcome.Found, found, await requests.Sender.OpenAsync(response, cancellationToken));
            response = null;
            return opened;
        }
        finally
        {
            response?.Dispose();
        }
    }

    static void Prepare(HttpRequestHeaders headers, BucketRead read)
    {
        // Otherwise an object with "Content-Encoding: gzip" is unpacked on the way, and ranges are ignored.
        headers.AcceptEncoding.ParseAdd("gzip");
        if (BucketRange.Of(read) is { } range)
            headers.Range = range;
    }

    static StoredObject Describe(string name, HttpResponseMessage response)
    {
        var generation = long.Parse(HeaderOf(response, "x-goog-generation"), CultureInfo.InvariantCulture);
        var length = response.Content.Headers.ContentRange?.Length
            ?? long.Parse(HeaderOf(response, "x-goog-stored-content-length"), CultureInfo.InvariantCulture);
        var modified = response.Content.Headers.LastModified
            ?? GcsGeneration.ToTime(generation, response.Headers.Date ?? DateTimeOffset.UtcNow);
        return new(name, length, GcsGeneration.ToVersion(generation), modified);
    }

    /// <summary>
    /// What a response means. The service judges the conditions; fake-gcs-server ignores them in a download.
    /// </summary>
    static BucketReadOutcome OutcomeOf(StoredObject found, BucketRead read)
    {
        if (read.NoneMatch == found.Version)
            return BucketReadOutcome.Unchanged;
        return read.Match is { } match && match != found.Version ? BucketReadOutcome.Changed : BucketReadOutcome.Found;
    }

    /// <summary>A range without a byte cannot be asked for.</summary>
    async Task<BucketResponse> GetNothingAsync(string name, BucketRead read, CancellationToken cancellationToken) =>
        await HeadAsync(name, cancellationToken, read.Timeout) is not { } found ? Without(BucketReadOutcome.NotFound)
            : OutcomeOf(found, read) is not BucketReadOutcome.Found and var other ? Without(other)
            : new(BucketReadOutcome.Found, found, Stream.Null);

    static BucketResponse Without(BucketReadOutcome outcome) => new(outcome, null, null);

    static string HeaderOf(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values)
            ? values.First()
            : throw new BucketException(
                "InvalidResponse", $"The answer has no header '{name}': is the endpoint Google Cloud Storage?");
}
