using Amazon.Runtime;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Signs and sends requests. Those of the SDK take at least twice the processor time.</summary>
sealed class S3Connection : IDisposable
{
    readonly ServiceClock _clock;
    readonly SignatureV4 _signature;

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
    public async ValueTask<HttpRequestMessage> CreateMessageAsync(S3Request request)
    {
        var credentials = await GetCredentialsAsync();
        var payload = Open(request.Body);
        var message = request.CreateMessage(Urls.Base, payload.Content);
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
        using var message = await CreateMessageAsync(request);
        using var response = await Http.SendAsync(
            message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode)
            return await read(response, cancellationToken);
        var error = await S3ErrorDocument.ReadAsync(response, cancellationToken);
        throw S3Condition.FindError(request, response.StatusCode, error.Code)
            ?? Errors.From(response.StatusCode, error.Code, error.Message, error.Region);
    }

    S3Payload Open(BucketBody? body)
    {
        try
        {
            return body is { } bytes ? S3Payload.Open(bytes) : S3Payload.None;
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
