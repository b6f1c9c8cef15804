using System.Net;
using System.Net.Http.Headers;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>
/// Reads objects. The usual answer to the conditional request of a page is a 304, for which the SDK would throw, and
/// take 1,400 µs of a core and 180 KB, instead of 50 µs and 8 KB.
/// </summary>
sealed class S3Reads(S3Connection connection)
{
    /// <inheritdoc cref="IBucketClient.HeadAsync"/>
    public Task<StoredObject?> HeadAsync(string name, CancellationToken cancellationToken) =>
        Retries.RunAsync(token => HeadOnceAsync(name, token), cancellationToken);

    /// <inheritdoc cref="IBucketClient.GetAsync"/>
    public async Task<BucketResponse> GetAsync(string name, BucketRead read, CancellationToken cancellationToken)
    {
        if (read.Timeout is not { } timeout)
            return await Retries.RunAsync(token => GetOnceAsync(name, read, token), cancellationToken);
        using var limit = new RunningTimeout(timeout, cancellationToken);
        try
        {
            return await Retries.RunAsync(token => GetOnceAsync(name, read, token), limit.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable.Error(connection.Errors.Service, error);
        }
    }

    async Task<StoredObject?> HeadOnceAsync(string name, CancellationToken cancellationToken)
    {
        using (var request = await connection.CreateMessageAsync(new S3Request(HttpMethod.Head, name)))
        using (var response = await SendAsync(request, cancellationToken))
        {
            if (response.IsSuccessStatusCode)
                return GetObject(name, response);
            if ((int)response.StatusCode is 429 or >= 500)
                throw connection.Errors.From(response.StatusCode, code: null, message: null, region: null);
        }
        // Another error has no body here: only another request tells a missing object from a missing bucket.
        using var again = await GetOnceAsync(name, new BucketRead { Count = 1 }, cancellationToken);
        return again.Outcome == BucketReadOutcome.Found ? again.Object : null;
    }

    async Task<BucketResponse> GetOnceAsync(string name, BucketRead read, CancellationToken cancellationToken)
    {
        using var request = await connection.CreateMessageAsync(new S3Request(HttpMethod.Get, name));
        if (read.Match is { } match)
            request.Headers.TryAddWithoutValidation("If-Match", S3Tag.Quote(match));
        if (read.NoneMatch is { } noneMatch)
            request.Headers.TryAddWithoutValidation("If-None-Match", S3Tag.Quote(noneMatch));
        if (read.Offset > 0 || read.Count is not null)
            request.Headers.Range = new RangeHeaderValue(read.Offset, GetLast(read));
        var response = await SendAsync(request, cancellationToken);
        try
        {
            var answer = await AnswerAsync(name, read, response, cancellationToken);
            // Nothing is read from it.
            if (answer.Outcome != BucketReadOutcome.Found || answer.Body == Stream.Null)
                response.Dispose();
            return answer;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>A range has at least one byte. Of none, the first is read and dropped.</summary>
    static long? GetLast(BucketRead read) => read.Count is { } count ? read.Offset + Math.Max(count, 1) - 1 : null;

    async ValueTask<BucketResponse> AnswerAsync(
        string name, BucketRead read, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.NotModified:
                return new(BucketReadOutcome.Unchanged, null, null);
            case HttpStatusCode.PreconditionFailed:
                return new(BucketReadOutcome.Changed, null, null);
            case HttpStatusCode.OK or HttpStatusCode.PartialContent when read.Count == 0:
                return new(BucketReadOutcome.Found, GetObject(name, response), Stream.Null);
            case HttpStatusCode.OK when read.Offset == 0:
            case HttpStatusCode.PartialContent:
                return new(
                    BucketReadOutcome.Found, GetObject(name, response),
                    await response.Content.ReadAsStreamAsync(cancellationToken));
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                return await PastTheEndAsync(name, read, cancellationToken);
        }
        var error = await S3ErrorDocument.ReadAsync(response, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound && error.Code is "NoSuchKey" or "NoSuchVersion")
            return new(BucketReadOutcome.NotFound, null, null);
        throw connection.Errors.From(response.StatusCode, error.Code, error.Message, error.Region);
    }

    /// <summary>There are no bytes from there on. An empty object has none from its start.</summary>
    async Task<BucketResponse> PastTheEndAsync(string name, BucketRead read, CancellationToken cancellationToken)
    {
        using var request = await connection.CreateMessageAsync(new S3Request(HttpMethod.Head, name));
        using var response = await SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
            return new(BucketReadOutcome.NotFound, null, null);
        var found = GetObject(name, response);
        return read.Match is { } match && match != found.Version
            ? new(BucketReadOutcome.Changed, null, null)
            : new(BucketReadOutcome.Found, found, Stream.Null);
    }

    Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        connection.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    StoredObject GetObject(string name, HttpResponseMessage response) =>
        S3ObjectHeaders.Read(name, response) ?? throw connection.Errors.NotS3("an object without a length or an ETag");
}

/// <summary>The headers that tell the properties of an object.</summary>
static class S3ObjectHeaders
{
    /// <summary>Reads them, or returns null if some are missing.</summary>
    public static StoredObject? Read(string name, HttpResponseMessage response)
    {
        var content = response.Content.Headers;
        if ((content.ContentRange?.Length ?? content.ContentLength) is not { } length
            || S3Tag.Find(response) is not { } tag)
        {
            return null;
        }
        return new(name, length, S3Tag.Parse(tag), S3Tag.Truncate(GetLastModified(response)));
    }

    static DateTimeOffset GetLastModified(HttpResponseMessage response) =>
        (response.Content.Headers.NonValidated.TryGetValues("Last-Modified", out var values)
            ? S3Tag.ParseTime(values.ToString())
            : null)
        ?? DateTimeOffset.UtcNow;
}
