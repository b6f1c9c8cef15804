using System.Net;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Azure;

/// <summary>Reads objects.</summary>
sealed class AzureDownloads(AzureRequests requests)
{
    /// <inheritdoc cref="IBucketClient.HeadAsync"/>
    public async Task<StoredObject?> HeadAsync(
        string name, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        using var response = await requests.SendAsync(
            HttpMethod.Head, requests.Object(name), cancellationToken, timeout: timeout);
        return await requests.IsFoundAsync(response, cancellationToken)
            ? Describe(name, response, response.Content.Headers.ContentLength ?? 0)
            : null;
    }

    /// <inheritdoc cref="IBucketClient.GetAsync"/>
    public async Task<BucketResponse> GetAsync(string name, BucketRead read, CancellationToken cancellationToken)
    {
        if (read.Count == 0)
            return await GetNothingAsync(name, read, cancellationToken);
        var response = await requests.SendAsync(
            HttpMethod.Get, requests.Object(name), cancellationToken,
            prepare: headers =>
            {
                AzureConditions.Set(headers, read);
                headers.Range = BucketRange.Of(read);
            },
            timeout: read.Timeout, isBuffered: false);
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
            var headers = response.Content.Headers;
            var found = Describe(name, response, headers.ContentRange?.Length ?? headers.ContentLength ?? 0);
            var opened = new BucketResponse(
                BucketReadOutcome.Found, found, await requests.OpenAsync(response, cancellationToken));
            response = null;
            return opened;
        }
        finally
        {
            response?.Dispose();
        }
    }

    /// <summary>The object that a response is about.</summary>
    public static StoredObject Describe(string name, HttpResponseMessage response, long length) => new(
        name, length, AzureConditions.VersionOf(response),
        BucketTime.Truncate(response.Content.Headers.LastModified ?? response.Headers.Date ?? DateTimeOffset.UtcNow));

    /// <summary>A range without a byte cannot be asked for.</summary>
    async Task<BucketResponse> GetNothingAsync(string name, BucketRead read, CancellationToken cancellationToken)
    {
        if (await HeadAsync(name, cancellationToken, read.Timeout) is not { } found)
            return Without(BucketReadOutcome.NotFound);
        if (read.NoneMatch == found.Version)
            return Without(BucketReadOutcome.Unchanged);
        return read.Match is { } match && match != found.Version
            ? Without(BucketReadOutcome.Changed)
            : new(BucketReadOutcome.Found, found, Stream.Null);
    }

    static BucketResponse Without(BucketReadOutcome outcome) => new(outcome, null, null);
}
