using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using PyRepo.Packaging.Names;
using PyRepo.Storage;

namespace PyRepo.Egress;

/// <summary>Sends requests to another index. It handles redirects, credentials, timeouts and trust.</summary>
sealed class UpstreamConnection : IDisposable
{
    const int MaxRedirects = 10;
    readonly UpstreamSettings _settings;
    readonly UpstreamDestinations _destinations;
    readonly HttpMessageInvoker _client;
    readonly string? _id;

    /// <param name="settings">How to reach the index.</param>
    /// <param name="id">The name of this proxy, to recognize its own requests; null: it is no proxy.</param>
    public UpstreamConnection(UpstreamSettings settings, string? id = null)
    {
        _id = id;
        _settings = settings;
        _destinations = new UpstreamDestinations(settings);
        _client = new HttpMessageInvoker(CreateHandler(settings, _destinations));
    }

    /// <summary>Sends a request, and follows redirects. Returns responses with any status except 429 and 5xx.</summary>
    /// <param name="method">GET or HEAD, or POST to a member.</param>
    /// <param name="url">The URL to request.</param>
    /// <param name="project">The project that the request is about, or null if there is none.</param>
    /// <param name="breaker">Decides whether to send the request, and records the outcome.</param>
    /// <param name="prepare">Sets the headers of the request.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <param name="amend">Adds what is no header, such as a body; null for nothing.</param>
    /// <param name="mayFollow">Whether a redirect is followed. If not, it is returned. Null: each is.</param>
    /// <returns>
    /// The response, whose headers have been read, and the URL that it came from. The caller disposes it.
    /// </returns>
    /// <exception cref="UpstreamUnavailableException">There is no such response.</exception>
    public async Task<(HttpResponseMessage Response, Uri Url)> SendAsync(
        HttpMethod method, Uri url, ProjectName? project, CircuitBreaker breaker, Action<HttpRequestHeaders> prepare,
        CancellationToken cancellationToken, Action<HttpRequestMessage>? amend = null,
        Func<Uri, bool>? mayFollow = null)
    {
        await EnterAsync(breaker, url, cancellationToken);
        var isAnswered = false;
        try
        {
            var (response, final) = await FollowAsync(
                method, url, project,
                request =>
                {
                    prepare(request.Headers);
                    amend?.Invoke(request);
                },
                () =>
                {
                    isAnswered = true;
                    breaker.Answered();
                },
                mayFollow, cancellationToken);
            if (response.StatusCode is HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500)
            {
                using (response)
                {
                    var answered = $"{_settings.Name} answered {(int)response.StatusCode}";
                    var where = $"{answered} for {Redacted(final)}.";
                    if (!IsOwn(final))
                        throw Unusable(final, where, null);
                    throw new UpstreamUnavailableException($"{answered}.")
                    {
                        Detail = where,
                        Status = response.StatusCode,
                        RetryAfter = GetRetryAfter(response),
                    };
                }
            }
            breaker.Succeeded(IsThere(response) ? url : null);
            return (response, final);
        }
        catch (UpstreamUnavailableException error)
        {
            RecordFailure(error, isAnswered, breaker);
            throw;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var unavailable = error.GetBaseException() as UpstreamUnavailableException ?? NoResponse(url, error);
            RecordFailure(unavailable, isAnswered, breaker);
            throw unavailable;
        }
    }

    UpstreamUnavailableException NoResponse(Uri url, Exception error)
    {
        var late = $"{_settings.Name} did not respond within {_settings.Timeout.TotalSeconds} s";
        // The handler says so if it was the connection that took too long.
        return error is OperationCanceledException { InnerException: not TimeoutException }
            ? new($"{late}.", error) { Detail = $"{late}: {Redacted(url)}." }
            : new($"{_settings.Name} could not be reached.", error)
            {
                Detail =
                    $"{_settings.Name} could not be reached at {Redacted(url)}: {error.GetBaseException().Message}",
                IsUnreached = MeansUnreached(error),
            };
    }

    /// <summary>
    /// Whether no connection came about. Upstream may have got what was sent on one that broke off.
    /// </summary>
    static bool MeansUnreached(Exception error) => error is OperationCanceledException or HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    /// <summary>Whether a URL has upstream's own origin.</summary>
    public bool IsOwn(Uri url) => _destinations.IsOwn(url);

    /// <summary>Whether upstream itself, and nobody between, answers at a URL.</summary>
    public bool IsAuthentic(Uri url) => url.Scheme == Uri.UriSchemeHttps && IsOwn(url);

    async ValueTask EnterAsync(CircuitBreaker breaker, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            await breaker.EnterAsync(cancellationToken);
        }
        catch (UpstreamUnavailableException error) when (!IsOwn(url))
        {
            throw Unusable(url, error.Message, null);
        }
    }

    /// <summary>Whether anything answers at a URL. Only one request is sent, and no redirect followed.</summary>
    public async Task<bool> AnswersAsync(Uri url)
    {
        using var limit = new CancellationTokenSource(_settings.Timeout);
        try
        {
            using var response = await SendOnceAsync(
                HttpMethod.Head, url, null, static _ => { }, limit.Token, CancellationToken.None);
            return true;
        }
        catch (Exception error) when (error is UpstreamUnavailableException or HttpRequestException or IOException
            or SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    static bool IsThere(HttpResponseMessage response) =>
        response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.NotModified;

    /// <summary>
    /// Records a failure. A rejection does not block other requests, because a page may link to allowed URLs, too. An
    /// answer to who claims to have passed other proxies, and does not prove it, says nothing about upstream: the
    /// caller may have caused it.
    /// </summary>
    static void RecordFailure(UpstreamUnavailableException error, bool isAnswered, CircuitBreaker breaker)
    {
        if (error.IsRejection)
            breaker.ReportUnusable(error.Detail);
        else if (!isAnswered)
            breaker.Failed(error.Detail);
        else if (!PassedProxies.Current.IsUnproved)
            breaker.Refused(error.Detail);
    }

    /// <summary>Returns why a URL must not or cannot be requested, or null if there is no known reason.</summary>
    public async Task<string?> DenialReasonAsync(Uri url, CancellationToken cancellationToken)
    {
        var first = _settings.Proxy ?? url;
        try
        {
            await CheckBehindProxyAsync(url, cancellationToken);
            await _destinations.FindAsync(first.IdnHost, first.Port, cancellationToken);
            return null;
        }
        catch (UpstreamUnavailableException error)
        {
            return error.Detail;
        }
        catch (SocketException error)
        {
            return $"'{first.Host}' could not be resolved: {error.Message}.";
        }
    }

    /// <summary>The time limit for each part of a body.</summary>
    public TimeSpan Timeout => _settings.Timeout;

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>Returns where a response redirects to, or null if it does not, or to no valid URL.</summary>
    public static Uri? GetRedirect(HttpResponseMessage response, Uri url) =>
        IsRedirect(response) && Uri.TryCreate(url, response.Headers.Location, out var target) ? target : null;

    static bool IsRedirect(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is not null;

    async Task<(HttpResponseMessage, Uri)> FollowAsync(
        HttpMethod method, Uri url, ProjectName? project, Action<HttpRequestMessage> prepare, Action answered,
        Func<Uri, bool>? mayFollow, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_settings.Timeout);
        for (var redirects = 0; ; redirects++)
        {
            var response = await SendOnceAsync(method, url, project, prepare, limit.Token, cancellationToken);
            answered();
            if (!IsRedirect(response) || !_settings.FollowsRedirects)
                return (response, url);
            var next = GetNext(response, url, redirects);
            if (mayFollow?.Invoke(next) is false)
                return (response, url);
            response.Dispose();
            url = next;
        }
    }

    /// <summary>Returns where a response redirects to. Where that cannot be followed, the response is disposed.</summary>
    Uri GetNext(HttpResponseMessage response, Uri url, int redirects)
    {
        if (GetRedirect(response, url) is not { } next)
        {
            using (response)
            {
                throw GetRejection(
                    $"{_settings.Name} redirects to an invalid URL.",
                    $"{_settings.Name} redirects {Redacted(url)} to '{response.Headers.Location}', which is not a "
                        + "valid URL.");
            }
        }
        if (redirects < MaxRedirects
            && (next.Scheme == "https" || (next.Scheme == "http" && url.Scheme != "https")))
        {
            return next;
        }
        response.Dispose();
        throw GetRejection(
            $"{_settings.Name} redirects to a URL that is not followed.",
            $"{_settings.Name} redirects {Redacted(url)} to {Redacted(next)}, which is not followed.");
    }

    async Task<HttpResponseMessage> SendOnceAsync(
        HttpMethod method, Uri url, ProjectName? project, Action<HttpRequestMessage> prepare, CancellationToken limit,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.UserAgent.ParseAdd(OwnUserAgent.Text);
        if (_id is not null)
            request.Headers.Add(PassedProxies.Header, PassedProxies.Current.HeaderWith(_id));
        prepare(request);
        // Send credentials only to the origin that the Secret names, wherever upstream links or redirects to.
        if (_settings.Credentials is { } credentials && UpstreamSettings.SameOrigin(credentials.Origin, url))
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(credentials.Authorization);
        await CheckBehindProxyAsync(url, limit);
        return await SendAsync(request, url, project, limit, cancellationToken);
    }

    /// <summary>Sends one request. What fails at another host than upstream's is told in one sentence.</summary>
    async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, Uri url, ProjectName? project, CancellationToken limit,
        CancellationToken cancellationToken)
    {
        try
        {
            return _settings.Member is { } member
                ? await member.SendAsync(_client, request, project, limit)
                : await _client.SendAsync(request, limit);
        }
        catch (ObjectDisposedException error)
        {
            // The configuration changed since the request began, and what it used was closed.
            throw new UpstreamUnavailableException($"{_settings.Name} is being reconfigured. Try again.", error)
            {
                IsRejection = true,
            };
        }
        catch (Exception error) when (!IsOwn(url)
            && error.GetBaseException() is not UpstreamUnavailableException
            && (error is HttpRequestException or IOException or SocketException
                || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)))
        {
            throw Unusable(url, $"{Redacted(url)} could not be reached: {error.GetBaseException().Message}", null);
        }
    }

    /// <summary>
    /// Returns the failure of a response that came from a URL. A client must not learn from it which hosts and ports
    /// answer in this server's network, so it differs only if upstream's own origin answered.
    /// </summary>
    public UpstreamUnavailableException Unusable(
        Uri url, string message, HttpStatusCode? status, string? detail = null) =>
        IsOwn(url)
            ? new(message) { Status = status, Detail = detail ?? message }
            : new($"{_settings.Name} links or redirects to another host, '{url.Host}', which does not provide it.")
            {
                Detail = detail ?? message,
                IsElsewhere = true,
            };

    async ValueTask CheckBehindProxyAsync(Uri url, CancellationToken cancellationToken)
    {
        if (_settings.Proxy is not null
            && await _destinations.DenialReasonBehindProxyAsync(url, cancellationToken) is { } rule)
        {
            throw UpstreamDestinations.Rejection(_settings.Name, url.Host, IsOwn(url), rule);
        }
    }

    static UpstreamUnavailableException GetRejection(string message, string detail) =>
        new(message) { IsRejection = true, Detail = detail };

    static SocketsHttpHandler CreateHandler(UpstreamSettings settings, UpstreamDestinations destinations)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            // Nobody traces these requests, and an index outside is not told about the request that caused them.
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = settings.ConnectTimeout ?? settings.Timeout,
            UseProxy = settings.Proxy is not null,
            Proxy = settings.Proxy is null ? null : new WebProxy(settings.Proxy),
            ConnectCallback = (context, token) => destinations.ConnectAsync(context.DnsEndPoint, token),
        };
        if (settings.Roots is { } roots)
            handler.SslOptions.CertificateChainPolicy = SystemRoots.With(roots);
        return handler;
    }

    /// <summary>
    /// Returns how long upstream asks to wait. A date is compared with upstream's own clock, and there is a limit,
    /// because either clock may be wrong.
    /// </summary>
    static TimeSpan? GetRetryAfter(HttpResponseMessage response)
    {
        TimeSpan? wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - (response.Headers.Date ?? DateTimeOffset.UtcNow),
            _ => null,
        };
        return wait > EgressLimits.MaxRetryAfter ? EgressLimits.MaxRetryAfter : wait;
    }

    /// <summary>Returns a URL without the parts that may be secret.</summary>
    public static string Redacted(Uri url) =>
        url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
