using System.Net;

namespace PyRepo.Storage.Buckets.Http;

/// <summary>Reads objects of a service that answers a download as HTTP says.</summary>
abstract class BucketDownloads(BucketRequestSender sender)
{
    /// <inheritdoc cref="IBucketClient.HeadAsync"/>
    public abstract Task<StoredObject?> HeadAsync(
        string name, CancellationToken cancellationToken, TimeSpan? timeout = null);

    /// <inheritdoc cref="IBucketClient.GetAsync"/>
    public async Task<BucketResponse> GetAsync(string name, BucketRead read, CancellationToken cancellationToken)
    {
        if (read.Count == 0)
            return await GetNothingAsync(name, read, cancellationToken);
        var response = await SendAsync(name, read, cancellationToken);
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
            if (!await IsFoundAsync(response, cancellationToken))
                return Without(BucketReadOutcome.NotFound);
            var found = Describe(name, response);
            if (GetOutcome(found, read) is not BucketReadOutcome.Found and var other)
                return Without(other);
            var opened = new BucketResponse(
                BucketReadOutcome.Found, found, await sender.OpenAsync(response, cancellationToken));
            response = null;
            return opened;
        }
        finally
        {
            response?.Dispose();
        }
    }

    /// <summary>Asks for at least one byte. Returns a response with any status, whose body is not read.</summary>
    protected abstract Task<HttpResponseMessage> SendAsync(
        string name, BucketRead read, CancellationToken cancellationToken);

    /// <summary>Whether there is the object. Throws if the response is about something else.</summary>
    protected abstract Task<bool> IsFoundAsync(HttpResponseMessage response, CancellationToken cancellationToken);

    /// <summary>The object that a response has bytes of.</summary>
    protected abstract StoredObject Describe(string name, HttpResponseMessage response);

    /// <summary>A range without a byte cannot be asked for.</summary>
    async Task<BucketResponse> GetNothingAsync(string name, BucketRead read, CancellationToken cancellationToken) =>
        await HeadAsync(name, cancellationToken, read.Timeout) is not { } found ? Without(BucketReadOutcome.NotFound)
            : GetOutcome(found, read) is not BucketReadOutcome.Found and var other ? Without(other)
            : new(BucketReadOutcome.Found, found, Stream.Null);

    /// <summary>
    /// Returns the meaning of a response. The service judges the conditions; fake-gcs-server ignores them in a
    /// download.
    /// </summary>
    static BucketReadOutcome GetOutcome(StoredObject found, BucketRead read)
    {
        if (read.NoneMatch == found.Version)
            return BucketReadOutcome.Unchanged;
        return read.Match is { } match && match != found.Version ? BucketReadOutcome.Changed : BucketReadOutcome.Found;
    }

    static BucketResponse Without(BucketReadOutcome outcome) => new(outcome, null, null);
}
