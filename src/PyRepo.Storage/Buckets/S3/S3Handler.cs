using System.Net;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>
/// Limits the time that a request makes no progress, however long it takes altogether, and says in
/// <see cref="BucketException"/>s why there is no answer.
/// </summary>
sealed class S3Handler(HttpMessageHandler inner, string service, ServiceClock clock, TimeSpan timeout)
    : DelegatingHandler(inner)
{
    /// <summary>From this length on, a service may refuse a body before it is sent.</summary>
    const int LargeBody = 1 << 20;

    /// <summary>Creates the client for all requests to one service.</summary>
    /// <param name="settings">How to connect.</param>
    /// <param name="service">The name of the service in messages.</param>
    /// <param name="clock">Learns the service's time.</param>
    public static HttpClient CreateHttpClient(S3Settings settings, string service, ServiceClock clock)
    {
        var sockets = BucketConnections.CreateHandler(settings.Roots);
        sockets.ConnectTimeout = settings.ConnectTimeout;
        sockets.ConnectCallback = settings.Connect;
        // Shorter than services keep idle connections: a write on one that was just closed would fail.
        sockets.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10);
        return new HttpClient(new S3Handler(sockets, service, clock, settings.Timeout))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // A service may have to join thousands of parts before it answers.
        var patience = request.Method == HttpMethod.Post ? 4 * timeout : timeout;
        limit.CancelAfter(patience);
        if (request.Content is { } content)
        {
            // Only a large body is worth another round trip.
            request.Headers.ExpectContinue = content.Headers.ContentLength >= LargeBody;
            request.Content = new ProgressContent(content, limit, patience);
        }
        try
        {
            var response = await base.SendAsync(request, limit.Token);
            clock.Observe(response);
            await LimitBodyAsync(response, cancellationToken);
            return response;
        }
        catch (Exception error) when (Unreachable.Is(error, cancellationToken))
        {
            throw Unreachable.Error(service, error);
        }
    }

    async ValueTask LimitBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength == 0 || response.StatusCode == HttpStatusCode.NotModified
            || response.RequestMessage?.Method == HttpMethod.Head)
        {
            return;
        }
        var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var limited = new StreamContent(
            new BucketResponseStream(body, timeout, error => Unreachable.Error(service, error)));
        foreach (var (name, values) in response.Content.Headers.NonValidated)
            limited.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values);
        response.Content = limited;
    }
}
