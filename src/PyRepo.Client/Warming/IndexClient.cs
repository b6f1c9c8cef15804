using System.Net;
using System.Net.Http.Headers;

namespace PyRepo.Client.Warming;

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

    readonly IndexFailures _failures = new(index, clock);

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
            catch (IndexException error) when (error.RetryAfter is not null && attempt < IndexFailures.MaxAttempts)
            {
                await Task.Delay(error.RetryAfter.Value, clock, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    async Task<T> GetOnceAsync<T>(
        Uri url, Action<HttpRequestHeaders> prepare,
        Func<HttpResponseMessage, Uri, SilenceTimer, Task<T>> read, CancellationToken cancellationToken)
    {
        using var silence = new SilenceTimer(clock, cancellationToken);
        try
        {
            var (response, final) = await FollowAsync(url, prepare, silence);
            using (response)
            {
                _failures.Check(response, final);
                return await read(response, final, silence);
            }
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw IndexFailures.Silent(url, error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw _failures.Broken(url, error);
        }
    }

    async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Uri url, SilenceTimer silence)
    {
        try
        {
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
            silence.Restart();
            return response;
        }
        catch (HttpRequestException error)
        {
            throw _failures.Broken(url, error);
        }
    }

    async Task<(HttpResponseMessage Response, Uri Final)> FollowAsync(
        Uri url, Action<HttpRequestHeaders> prepare, SilenceTimer silence)
    {
        for (var redirects = 0; ; redirects++)
        {
            if (url.Scheme != "https" && (url.Scheme != "http" || index.Url.Scheme == "https"))
                throw new IndexException($"The index has an {index.Url.Scheme} URL, but leads to {url.Scheme}.");
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            prepare(request.Headers);
            request.Headers.Authorization = index.IsOwn(url) ? index.Authorization : null;
            var response = await SendAsync(request, url, silence);
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
                throw new IndexException($"{url.Authority} redirects to an invalid URL.");
            url = next;
        }
    }
}
