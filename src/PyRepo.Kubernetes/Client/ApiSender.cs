using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using PyRepo.Metrics;

namespace PyRepo.Kubernetes.Client;

/// <summary>Sends requests, each with a deadline, and again where the server asks for that.</summary>
sealed class ApiSender(
    ClusterConnection connection, TimeProvider clock, Func<bool>? mayWrite, MetricRegistry? metrics)
{
    /// <summary>How often a request is sent at most.</summary>
    public const int MaxTries = 10;

    readonly ServerClock _serverClock = new(clock);
    readonly ConcurrentDictionary<(string Code, string Method), Counter> _requests = new();

    static readonly TimeSpan _maxWait = TimeSpan.FromMinutes(1);
    static readonly TimeSpan _defaultWait = TimeSpan.FromSeconds(1);

    /// <summary>How long an ordinary request may take, its answer included.</summary>
    public static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc cref="ServerClock.Now"/>
    public DateTimeOffset ServerTime => _serverClock.Now;

    /// <summary>
    /// The whole response. A 429, and a 5xx with Retry-After, is retried after that time; one of more than a
    /// minute is the caller's to wait for.
    /// </summary>
    /// <exception cref="KubernetesException">The server rejected the request.</exception>
    /// <exception cref="HttpRequestException">It can't be reached.</exception>
    /// <exception cref="IOException">Its answer ended early.</exception>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    /// <exception cref="NotLeadingException">It would change something, and this process may not.</exception>
    public async Task<byte[]> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        byte[] whole = [];
        await SendAsync(
            request, async (content, token) => whole = await content.ReadAsByteArrayAsync(token), cancellationToken);
        return whole;
    }

    /// <summary>The same for an answer that is read from its stream, within the same time.</summary>
    /// <inheritdoc cref="SendAsync(ApiRequest, CancellationToken)"/>
    public async Task SendAsync(
        ApiRequest request, Func<HttpContent, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await SendOnceAsync(request, read, cancellationToken);
                return;
            }
            catch (KubernetesException error) when (tries < MaxTries && Wait(error) is { } wait)
            {
                await Task.Delay(wait, clock, cancellationToken);
            }
        }
    }

    /// <summary>Asks once, for an answer that comes bit by bit. The caller disposes of it.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public async Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await OpenSuccessAsync(request, either.Token);
        }
        catch (Exception error) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Late(request, error);
        }
    }

    async Task SendOnceAsync(
        ApiRequest request, Func<HttpContent, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // At the last moment: the process may have stood still since somebody decided to write.
        if (request.Method != HttpMethod.Get && !request.IsDryRun && mayWrite?.Invoke() == false)
            throw new NotLeadingException();
        using var deadline = new CancellationTokenSource(Deadline, clock);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        await using var cancellation = cancellationToken.Register(() =>
        {
            if (!MustBeAnswered(request))
                any.Cancel();
        });
        try
        {
            using var response = await OpenSuccessAsync(request, any.Token);
            await read(response.Content, any.Token);
        }
        catch (Exception error) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Late(request, error);
        }
    }

    /// <summary>
    /// A write that was sent may be done after its sender hung up. While this process leads, it waits for the answer,
    /// and holds the Lease meanwhile: the next leader does not write at the same time.
    /// </summary>
    bool MustBeAnswered(ApiRequest request) => request.Method != HttpMethod.Get && mayWrite?.Invoke() is true;

    async Task<HttpResponseMessage> OpenSuccessAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var response = await SendCountedAsync(request, cancellationToken);
        _serverClock.Note(response.Headers.Date);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            throw ApiStatus.Error(request, response.StatusCode, RetryAfter(response), body);
        }
    }

    async Task<HttpResponseMessage> SendCountedAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var code = "<error>";
        try
        {
            var response = await connection.SendAsync(request, cancellationToken);
            code = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            return response;
        }
        finally
        {
            Count(code, request.Method.Method);
        }
    }

    void Count(string code, string method)
    {
        if (metrics is not null)
        {
            _requests.GetOrAdd(
                (code, method),
                static (key, registry) => registry.Counter(ControllerRuntimeMetrics.ApiRequests, key.Code, key.Method),
                metrics).Increment();
        }
    }

    TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => Max(date - clock.GetUtcNow(), TimeSpan.Zero),
        _ => null,
    };

    static TimeSpan? Wait(KubernetesException error)
    {
        var wait = error.RetryAfter;
        if (error.IsExpired)
            return null;
        if (error.Status is HttpStatusCode.TooManyRequests)
            wait ??= _defaultWait;
        else if ((int)error.Status < 500)
            return null;
        return wait <= _maxWait ? wait : null;
    }

    static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    static TimeoutException Late(ApiRequest request, Exception error) => new(
        $"The API server did not answer {request.Method} {request.PathAlone} within {Deadline.TotalSeconds} s.",
        error);
}

/// <summary>This process no longer leads: another may, and what this one wanted to write is not sent.</summary>
public sealed class NotLeadingException() : Exception("This process is no longer the leader, and writes nothing.");

/// <summary>
/// The API server's time of day: the Date of its last answer, and what passed since. A clock of this machine that is
/// set, or wrong, does not move it.
/// </summary>
sealed class ServerClock(TimeProvider clock)
{
    Reading? _last;

    /// <summary>The time; while no answer had a Date, this machine's.</summary>
    public DateTimeOffset Now =>
        Volatile.Read(ref _last) is { } last ? last.Date + clock.GetElapsedTime(last.At) : clock.GetUtcNow();

    /// <summary>Takes the Date of an answer.</summary>
    public void Note(DateTimeOffset? date)
    {
        if (date is { } now)
            Volatile.Write(ref _last, new(now, clock.GetTimestamp()));
    }

    sealed record Reading(DateTimeOffset Date, long At);
}
