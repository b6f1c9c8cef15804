using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Upstream;

/// <summary>Sends requests to another index: redirects, credentials, time-outs and trust are settled here.</summary>
sealed class UpstreamConnection : IDisposable
{
    const int MaxRedirects = 10;
    readonly UpstreamSettings _settings;
    readonly HttpMessageInvoker _client;

    public UpstreamConnection(UpstreamSettings settings)
    {
        _settings = settings;
        _client = new HttpMessageInvoker(CreateHandler(settings));
    }

    /// <summary>Sends a request, and follows redirects. Any status but 429 and 5xx comes back as a response.</summary>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="url">What to ask for.</param>
    /// <param name="project">The project that it is about; null: none.</param>
    /// <param name="breaker">Decides whether the request is sent, and learns what became of it.</param>
    /// <param name="prepare">Sets the request's headers.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The response, with its headers read, and the URL that gave it. The caller disposes it.</returns>
    /// <exception cref="UpstreamUnavailableException">There was no such response.</exception>
    public async Task<(HttpResponseMessage Response, Uri Url)> SendAsync(
        HttpMethod method, Uri url, ProjectName? project, CircuitBreaker breaker, Action<HttpRequestHeaders> prepare,
        CancellationToken cancellationToken)
    {
        breaker.Enter();
        try
        {
            var (answer, final) = await FollowAsync(method, url, project, prepare, cancellationToken);
            if (answer.StatusCode is HttpStatusCode.TooManyRequests || (int)answer.StatusCode >= 500)
            {
                using (answer)
                {
                    throw new UpstreamUnavailableException($"{_settings.Name} answered {(int)answer.StatusCode} for {Redacted(final)}.")
                    {
                        Status = answer.StatusCode,
                        RetryAfter = RetryAfterOf(answer),
                    };
                }
            }
            breaker.Succeeded();
            return (answer, final);
        }
        catch (UpstreamUnavailableException error)
        {
            Note(error, breaker);
            throw;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var unavailable = error.GetBaseException() as UpstreamUnavailableException ?? new UpstreamUnavailableException(
                error is OperationCanceledException
                    ? $"{_settings.Name} did not answer within {_settings.Timeout.TotalSeconds} s: {Redacted(url)}."
                    : $"{_settings.Name} could not be reached at {Redacted(url)}: {error.GetBaseException().Message}", error);
            Note(unavailable, breaker);
            throw unavailable;
        }
    }

    /// <summary>What is refused keeps nobody from asking for other things: a page may link to both.</summary>
    static void Note(UpstreamUnavailableException error, CircuitBreaker breaker)
    {
        if (error.IsRejection)
            breaker.ReportUnusable(error.Message);
        else
            breaker.Failed(error.Message, error.RetryAfter);
    }

    /// <summary>Why a URL may not be asked, or can't be; null: nothing is known against it.</summary>
    public async Task<string?> DenialReasonAsync(Uri url, CancellationToken cancellationToken)
    {
        var first = _settings.Proxy ?? url;
        try
        {
            CheckBehindProxy(url);
            await _settings.EgressPolicy.FindAsync(first.IdnHost, first.Port, cancellationToken);
            return null;
        }
        catch (UpstreamUnavailableException error)
        {
            return error.Message;
        }
        catch (SocketException error)
        {
            return $"'{first.Host}' is not found: {error.Message}.";
        }
    }

    /// <summary>How long each part of a body may take.</summary>
    public TimeSpan Timeout => _settings.Timeout;

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    async Task<(HttpResponseMessage, Uri)> FollowAsync(
        HttpMethod method, Uri url, ProjectName? project, Action<HttpRequestHeaders> prepare, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_settings.Timeout);
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(method, url);
            request.Headers.UserAgent.ParseAdd($"pyrepo/{ProgramVersion.Text}");
            prepare(request.Headers);
            // Only ever to the origin that the Secret names, whatever upstream links or redirects to.
            if (_settings.Credentials is { } credentials && UpstreamSettings.SameOrigin(credentials.Origin, url))
                request.Headers.Authorization = AuthenticationHeaderValue.Parse(credentials.Authorization);
            else if (_settings.SignToken is { } sign && UpstreamSettings.SameOrigin(_settings.Url, url))
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", sign(project));
            CheckBehindProxy(url);
            var answer = await _client.SendAsync(request, limit.Token);
            if (answer.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
                || answer.Headers.Location is not { } location || !_settings.FollowsRedirects)
            {
                return (answer, url);
            }
            answer.Dispose();
            if (!Uri.TryCreate(url, location, out var next))
                throw RejectionOf($"{_settings.Name} redirects {Redacted(url)} to '{location}', which is no URL.");
            if (redirects == MaxRedirects || (next.Scheme != "https" && (next.Scheme != "http" || url.Scheme == "https")))
                throw RejectionOf($"{_settings.Name} redirects {Redacted(url)} to {Redacted(next)}, which is not followed.");
            url = next;
        }
    }

    /// <summary>The connection goes to the proxy, which finds out names by itself; an address in the URL can be judged here.</summary>
    void CheckBehindProxy(Uri url)
    {
        if (_settings.Proxy is not null && _settings.EgressPolicy.DenialReason(url.IdnHost, url.Port) is { } rule)
            throw RejectionOf($"'{url.Host}' is not asked: {rule}.");
    }

    static UpstreamUnavailableException RejectionOf(string message) => new(message) { IsRejection = true };

    static SocketsHttpHandler CreateHandler(UpstreamSettings settings)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            MaxConnectionsPerServer = settings.MaxConnections,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = settings.ConnectTimeout ?? settings.Timeout,
            UseProxy = settings.Proxy is not null,
            Proxy = settings.Proxy is null ? null : new WebProxy(settings.Proxy),
            ConnectCallback = (context, token) => settings.EgressPolicy.ConnectAsync(context.DnsEndPoint, token),
        };
        if (settings.Roots is { } roots)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
            // Beside the system's: a private index may keep its files at a public place.
            using var system = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(system.Certificates);
        }
        return handler;
    }

    static TimeSpan? RetryAfterOf(HttpResponseMessage answer) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - DateTimeOffset.UtcNow,
        _ => null,
    };

    /// <summary>A URL without what may be secret.</summary>
    static string Redacted(Uri url) => url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
