using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace PyRepo.Storage.Buckets.Http;

/// <summary>How a client connects to a bucket's service.</summary>
public sealed record BucketConnections
{
    /// <summary>
    /// Creates the handler of the connections to hosts that a bucket's settings name: its endpoint, and the token
    /// endpoint in a service account's key. It must neither follow redirects nor decompress.
    /// </summary>
    public Func<HttpMessageHandler> ForBucket { get; init; } = static () => CreateHandler();

    /// <summary>
    /// Creates the handler of the connections that fetch tokens for the identity of the pod, from hosts that the
    /// platform names, for example a metadata server with a link-local address.
    /// </summary>
    public Func<HttpMessageHandler> ForIdentity { get; init; } = static () => CreateHandler();

    /// <summary>
    /// How long to wait for the headers of a response, and for a body that makes no progress in either direction.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The longest pause before the first repetition of a request. Each further one may be three times as long.
    /// </summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Tells the time that requests are signed with.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Creates a handler with the defaults, which the caller may change.</summary>
    /// <param name="roots">The certificates to trust in addition to the system's, or null.</param>
    public static SocketsHttpHandler CreateHandler(X509Certificate2Collection? roots = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            // Where connections go is checked for the service's own host, not for a proxy's.
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (roots is not null)
            handler.SslOptions.CertificateChainPolicy = SystemRoots.With(roots);
        return handler;
    }
}
