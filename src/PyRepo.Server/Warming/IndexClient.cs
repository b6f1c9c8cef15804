using System.Net;
using System.Net.Http.Headers;
using PyRepo.Resources.Problems;

namespace PyRepo.Server.Warming;

/// <summary>
/// Sends requests to an index: follows redirects, keeps the credentials to the index's own origin, and asks again
/// where that may help.
/// </summary>
/// <param name="index">The index.</param>
/// <param name="parallel">How many requests run at once.</param>
/// <param name="clock">Measures the waiting.</param>
sealed class IndexClient(IndexAddress index, int parallel, TimeProvider clock) : IDisposable
{
    const int MaxRedirects = 10;
    const int MaxAttempts = 3;
    static readonly TimeSpan _maxWait = TimeSpan.FromSeconds(30);
    static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(20);

    readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = _connectTimeout,
        MaxConnectionsPerServer = parallel,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The index.</summary>
    public IndexAddress Index => index;

    /// <summary>Sends GET, and reads the response.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="prepare">Sets headers.</param>
    /// <param name="read">Reads a response, unless its status is an error that is the same for all URLs.</param>
    /// <param name="cancellationToken">Stops all.</param>
    /// <exception cref="IndexException">There is no usable response.</exception>
    public async Task<T> GetAsync<T>(
        Uri url, Action<HttpRequestHeaders> prepare,
        Func<HttpResponseMessage, Uri, SilenceTimer, Task<T>> read, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await GetOnceAsync(url, prepare, read, cancellationToken);
            }
            catch (IndexException error) when (error.RetryAfter is not null && attempt < MaxAttempts)
            {
                await Task.Delay(error.RetryAfter.Value, clock, cancellationToken);
            }
        }
    }

    /// <summary>Says what a server answered. Ours, like others, say in the reason phrase what is wrong.</summary>
    public static string AnswerOf(HttpResponseMessage response, Uri url) =>
        $"{url.Authority} answered {(int)response.StatusCode} {Quote.Bare(response.ReasonPhrase ?? "")}"
            .TrimEnd(' ', '.');

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    async Task<T> GetOnceAsync<T>(
        Uri url, Action<HttpRequestHeaders> prepare,
        Func<HttpResponseMessage, Uri, SilenceTimer, Task<T>> read, CancellationToken cancellationToken)
    {
        using var silence = new SilenceTimer(clock, cancellationToken);
        try
        {
            var (response, final) = await SendAsync(url, prepare, silence);
            using (response)
            {
                Check(response, final);
                return await read(response, final, silence);
            }
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IndexException(
                $"{url.Authority} sent nothing for {SilenceTimer.Limit.TotalSeconds:0} seconds.", error)
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw Broken(url, error);
        }
    }

    async Task<(HttpResponseMessage Response, Uri Final)> SendAsync(
        Uri url, Action<HttpRequestHeaders> prepare, SilenceTimer silence)
    {
        for (var redirects = 0; ; redirects++)
        {
            if (url.Scheme != "https" && (url.Scheme != "http" || index.Url.Scheme == "https"))
                throw new IndexException($"The index, which is at an {index.Url.Scheme} URL, leads to {url.Scheme}.");
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            prepare(request.Headers);
            request.Headers.Authorization = index.IsOwn(url) ? index.Authorization : null;
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
            silence.Restart();
            if (response.StatusCode is not (HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
                || response.Headers.Location is not { } location)
            {
                return (response, url);
            }
            response.Dispose();
            if (redirects == MaxRedirects)
                throw new IndexException($"{url.Authority} redirects more than {MaxRedirects} times.");
            if (!Uri.TryCreate(url, location, out var next))
                throw new IndexException($"{url.Authority} redirects to what is no URL.");
            url = next;
        }
    }

    /// <summary>Rejects what may be asked again, and what depends on who asks.</summary>
    void Check(HttpResponseMessage response, Uri url)
    {
        var status = response.StatusCode;
        var isKnown = index.Authorization is not null && index.IsOwn(url);
        if (status is HttpStatusCode.Unauthorized)
        {
            throw new IndexException(isKnown
                ? $"{url.Authority} rejects the user or the password (401). Check both."
                : $"{url.Authority} asks for a user and a password (401). Use --user, or --index-url with both.")
            {
                ConcernsAll = isKnown,
            };
        }
        if (status is HttpStatusCode.Forbidden)
            throw new IndexException($"{AnswerOf(response, url)}. Ask for the right to read this project.");
        if (status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
        {
            var wait = response.Headers.RetryAfter switch
            {
                { Delta: { } delta } => delta,
                { Date: { } date } => date - clock.GetUtcNow(),
                _ => TimeSpan.FromSeconds(1),
            };
            throw new IndexException($"{AnswerOf(response, url)}, {MaxAttempts} times. Try again later.")
            {
                RetryAfter = wait < TimeSpan.Zero ? TimeSpan.Zero : wait < _maxWait ? wait : _maxWait,
            };
        }
    }

    IndexException Broken(Uri url, Exception error)
    {
        var isUnreachable = error is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError,
        };
        var what = isUnreachable ? "cannot be reached" : "broke the transfer off";
        return new IndexException($"{url.Authority} {what}: {error.GetBaseException().Message.TrimEnd('.')}.", error)
        {
            RetryAfter = TimeSpan.FromSeconds(1),
            ConcernsAll = isUnreachable && index.IsOwn(url),
        };
    }
}
