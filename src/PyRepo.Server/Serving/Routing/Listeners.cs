using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using PyRepo.Server.Endpoints.Files;
using PyRepo.Server.Platform.Connections;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Platform.Tls;
using PyRepo.Server.Serving.Configuration;

namespace PyRepo.Server.Serving.Routing;

/// <summary>The two ports: one for packages and one for management, each with its own limit of connections.</summary>
static class Listeners
{
    /// <summary>Configures Kestrel.</summary>
    /// <param name="kestrel">The options to configure.</param>
    /// <param name="options">The server's options.</param>
    /// <param name="certificate">The certificate of the port for packages, or null to serve without TLS.</param>
    public static void Configure(KestrelServerOptions kestrel, ServeOptions options, TlsCertificate? certificate)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.KeepAliveTimeout = ServerLimits.MaxIdleTime;
        kestrel.Limits.RequestHeadersTimeout = ServerLimits.MaxRequestHeadersTime;
        // Kestrel counts no bytes of a file that is sent from the disk, so it would cut off clients below 1 MB/s.
        kestrel.Limits.MinResponseDataRate = null;
        var sendTimeout = new SendTimeout(ServerLimits.MinDownloadRate, TimeProvider.System);
        kestrel.Listen(options.Listen, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            // Below TLS: the time limit counts what is sent, and files are read into the encryption.
            listen.UseSendFile(sendTimeout);
            if (certificate is not null)
                listen.UseHttps(GetOptions(certificate));
        });
        kestrel.Listen(options.Management, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseSendFile(sendTimeout);
            listen.Use(next => connection =>
            {
                connection.Features.Set(ManagementConnection.Instance);
                return next(connection);
            });
        });
    }

    /// <summary>Returns how many connections may be open to a port that was configured.</summary>
    /// <param name="options">The server's options.</param>
    /// <param name="endpoint">The same object as in the options: both ports may be 0, for the kernel to choose.</param>
    public static ConnectionLimit GetLimit(ServeOptions options, EndPoint endpoint) =>
        ReferenceEquals(endpoint, options.Management)
            ? new ConnectionLimit(ServerLimits.MaxManagementConnections, "management")
            : new ConnectionLimit(DescriptorLimit.ConnectionsOfProcess(), "package")
            {
                // Their connections are those of many clients.
                IsShared = address => options.TrustedProxies.Any(proxies => proxies.Contains(address)),
            };

    /// <summary>Returns whether a request came in at the management port.</summary>
    public static bool IsForManagement(HttpContext context) => context.Features.Get<ManagementConnection>() is not null;

    static TlsHandshakeCallbackOptions GetOptions(TlsCertificate certificate) => new()
    {
        OnConnection = _ => ValueTask.FromResult(certificate.Current.ForConnection()),
        HandshakeTimeout = ServerLimits.MaxTlsHandshakeTime,
    };

    /// <summary>Marks the connections of the management port.</summary>
    sealed class ManagementConnection
    {
        public static ManagementConnection Instance { get; } = new();
    }
}
