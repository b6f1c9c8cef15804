using Amazon.Runtime;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Signs and sends requests. Those of the SDK take at least twice the processor time.</summary>
sealed class S3Connection : IDisposable
{
    readonly ServiceClock _clock;
    readonly SignatureV4 _signature;

    /// <summary>
    /// Whether the bucket demands a digest in a header of what is written, as AWS does with Object Lock: the SHA-256 that
    /// the signature has does not count. It is the MD5, which every service knows, and of parts, too.
    /// </summary>
    volatile bool _demandsMd5;

    public S3Connection(S3Settings settings)
    {
        Settings = settings;
        Errors = new S3Errors(settings);
        Urls = new S3Urls(settings);
        _clock = new ServiceClock(settings.Clock);
        _signature = new SignatureV4(settings.Region);
        Http = S3Handler.CreateHttpClient(settings, Errors.Service, _clock);
    }

    /// <summary>The settings.</summary>
    public S3Settings Settings { get; }

    /// <summary>The meanings of errors.</summary>
    public S3Errors Errors { get; }

    /// <summary>The URLs of the bucket.</summary>
    public S3Urls Urls { get; }

    /// <summary>The client that sends messages.</summary>
    public HttpClient Http { get; }

    /// <summary>About the time that the service gives to what it writes now.</summary>
    public DateTimeOffset Now => _clock.Now;

    /// <summary>
    /// Sends a request, and again if it fails for a reason that may pass. One with a condition is sent once: after a
    /// lost answer, it would break its own condition.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="read">Reads an answer that is no error.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    public Task<T> SendAsync<T>(
        S3Request request, Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken) =>
        request.Condition == WriteCondition.None
            ? Retries.RunAsync(token => SendOnceAsync(request, read, token), cancellationToken)
            : SendOnceAsync(request, read, cancellationToken);

    /// <summary>Sends a request whose answer says nothing more than that it was done.</summary>
    public Task SendAsync(S3Request request, CancellationToken cancellationToken) =>
        SendAsync(request, static (_, _) => Task.FromResult(true), cancellationToken);

    /// <summary>Sends a request whose answer is XML.</summary>
    /// <param name="request">The request.</param>
    /// <param name="root">The name of the XML's root.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    public Task<S3Document> SendAsync(S3Request request, string root, CancellationToken cancellationToken) =>
        SendAsync(
            request,
            async (response, token) =>
                await S3Document.ReadAsync(response, token) is var document && document.Root == root
                    ? document
                    : throw Errors.NotS3($"something else than a {root}"),
            cancellationToken);

    /// <summary>Creates a signed message. The caller may add headers, which the signature does not cover.</summary>
    public ValueTask<HttpRequestMessage> CreateMessageAsync(S3Request request) =>
        CreateMessageAsync(request, _demandsMd5 && request.IsWrite);

    async ValueTask<HttpRequestMessage> CreateMessageAsync(S3Request request, bool withMd5)
    {
        var credentials = await GetCredentialsAsync();
        var payload = Open(request.Body, withMd5);
        var message = request.CreateMessage(Urls.Base, payload.Content);
        message.Content?.Headers.ContentMD5 = payload.Md5;
        _signature.Sign(message, payload.Hash, credentials, Settings.Clock.GetUtcNow());
        return message;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Urls.Dispose();
        Http.Dispose();
    }

    async Task<T> SendOnceAsync<T>(
        S3Request request, Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        for (var withMd5 = _demandsMd5 && request.IsWrite; ; withMd5 = true)
        {
            using var message = await CreateMessageAsync(request, withMd5);
            using var response = await Http.SendAsync(
                message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                _demandsMd5 |= withMd5;
                return await read(response, cancellationToken);
            }
            var error = await S3ErrorDocument.ReadAsync(response, cancellationToken);
            if (request.IsWrite && !withMd5 && S3Errors.MayDemandDigest(response.StatusCode, error.Code))
                continue;
            throw S3Condition.FindError(request, response.StatusCode, error.Code)
                ?? Errors.From(
                    response.StatusCode, error.Code, error.Message, error.Region,
                    isNewBucket: request is { Name: null, Method.Method: "PUT" });
        }
    }

    S3Payload Open(BucketBody? body, bool withMd5)
    {
        try
        {
            return body is { } bytes ? S3Payload.Open(bytes, withMd5) : S3Payload.None;
        }
        // The disk cannot read a file. While a body is sent, that looks the same.
        catch (IOException error)
        {
            throw Unreachable.Error(Errors.Service, error);
        }
    }

    async ValueTask<ImmutableCredentials> GetCredentialsAsync()
    {
        try
        {
            // They complete at once unless they are about to expire.
            return await Settings.Credentials.GetCredentialsAsync();
        }
        catch (AmazonClientException error)
        {
            throw MissingCredentials.Error($"There are no valid credentials: {error.Message}", error);
        }
    }
}
