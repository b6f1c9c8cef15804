using System.Net;
using System.Net.Sockets;

namespace PyRepo.Storage.Buckets.Http;

/// <summary>Sends requests, and again with growing, random pauses if the reason of a failure may pass.</summary>
/// <param name="place">The service, for messages: <c>Google Cloud Storage at https://…</c>.</param>
/// <param name="handler">The handler of the connections.</param>
/// <param name="connections">The time limits.</param>
/// <param name="renew">
/// Is called after a 401. Returns whether the request may succeed if it is made again, with another token.
/// </param>
sealed class BucketRequestSender(
    string place, HttpMessageHandler handler, BucketConnections connections, Func<bool>? renew = null) : IDisposable
{
    const int MaxAttempts = 4;

    // The time limits are this class's, because a body that makes progress has none.
    readonly HttpClient _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Sends a request until the headers of its response are there.</summary>
    /// <param name="create">Creates the request, once for each attempt.</param>
    /// <param name="mayRepeat">Whether it may be sent again although it may have succeeded.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    /// <param name="timeout">How long all of it may take, or null for no more than each attempt's limit.</param>
    /// <param name="isBuffered">Whether the body is read, too, because it is short.</param>
    /// <returns>A response with any status.</returns>
    /// <exception cref="BucketException">There was no response.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        Func<CancellationToken, ValueTask<HttpRequestMessage>> create, bool mayRepeat,
        CancellationToken cancellationToken, TimeSpan? timeout = null, bool isBuffered = true)
    {
        using var whole = timeout is { } most ? new RunningTimeout(most, cancellationToken) : null;
        var limit = whole?.Token ?? cancellationToken;
        var isRenewed = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var response = await SendOnceAsync(create, isBuffered, limit);
                if (response.StatusCode == HttpStatusCode.Unauthorized && !isRenewed && renew?.Invoke() == true)
                    isRenewed = true;
                else if (!mayRepeat || attempt == MaxAttempts || !IsTransient(response.StatusCode))
                    return response;
                response.Dispose();
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested
                && error is HttpRequestException or IOException or SocketException or OperationCanceledException)
            {
                // What the token's source says, or a hook of the connection about an address, is the answer.
                for (var cause = error; cause is not null; cause = cause.InnerException)
                {
                    if (cause is BucketException refusal)
                        throw refusal;
                }
                if (!mayRepeat || attempt == MaxAttempts || limit.IsCancellationRequested)
                    throw Unreachable(error);
            }
            try
            {
                await PauseAsync(attempt, limit);
            }
            catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
            {
                throw Unreachable(error);
            }
        }
    }

    /// <summary>Whether a status tells of a reason that may pass.</summary>
    public static bool IsTransient(HttpStatusCode status) => status
        is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>Waits before an attempt is repeated.</summary>
    public Task PauseAsync(int attempt, CancellationToken cancellationToken) => Task.Delay(
        connections.Pause * (Math.Pow(3, attempt - 1) * (0.5 + Random.Shared.NextDouble() / 2)), cancellationToken);

    /// <summary>Opens the body of a response, which it then owns.</summary>
    public async Task<Stream> OpenAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        new BucketResponseStream(
            await response.Content.ReadAsStreamAsync(cancellationToken), connections.Timeout, BrokenOff, response);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    async Task<HttpResponseMessage> SendOnceAsync(
        Func<CancellationToken, ValueTask<HttpRequestMessage>> create, bool isBuffered,
        CancellationToken cancellationToken)
    {
        using var request = await create(cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(connections.Timeout);
        if (request.Content is { } content)
            request.Content = new ProgressContent(content, limit, connections.Timeout);
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        if (!isBuffered)
            return response;
        try
        {
            limit.CancelAfter(connections.Timeout);
            await response.Content.LoadIntoBufferAsync(limit.Token);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    BucketException BrokenOff(Exception error) => new(
        BucketException.Unreachable,
        error is OperationCanceledException
            ? $"{place} sent no more bytes for {connections.Timeout.TotalSeconds:0.#} s."
            : $"{place} broke off the bytes of an object.",
        error)
    { IsTransient = true };

    BucketException Unreachable(Exception error) => new(
        BucketException.Unreachable,
        error is OperationCanceledException
            ? $"{place} did not answer in time."
            : $"{place} could not be reached: {error.GetBaseException().Message.TrimEnd('.')}.",
        error)
    { IsTransient = true };
}
