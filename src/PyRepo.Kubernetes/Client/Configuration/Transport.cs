using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>
/// The open connections to a cluster. Where its authority or the client's certificate changes, new requests go over new
/// connections; those that run go on.
/// </summary>
sealed class Transport(ClusterSettings settings) : IDisposable
{
    readonly Lock _lock = new();
    Opened? _current;
    Opened? _previous;

    /// <summary>The time without traffic after which a connection is pinged.</summary>
    public TimeSpan PingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the sign of life may take; then the connection is dead.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Returns the invoker to send requests with.</summary>
    /// <exception cref="IOException">A certificate or key can't be read.</exception>
    public HttpMessageInvoker For(Credential credential)
    {
        var authority = settings.Authority?.Get();
        lock (_lock)
        {
            if (_current is { } current && current.Fits(authority, credential))
                return current.Invoker;
            if (TryOpen(authority, credential) is not { } opened)
                return _current!.Invoker;
            // The one before may just be about to be used.
            _previous?.Invoker.Dispose();
            (_previous, _current) = (_current, opened);
            return opened.Invoker;
        }
    }

    /// <summary>Records that the server's certificate was rejected: its authority may have changed.</summary>
    public void InvalidateCa() => settings.Authority?.PollSoon();

    /// <inheritdoc/>
    public void Dispose()
    {
        _current?.Invoker.Dispose();
        _previous?.Invoker.Dispose();
    }

    Opened? TryOpen(byte[]? authority, Credential credential)
    {
        try
        {
            return new(new(CreateHandler(authority, credential)), authority, credential.Certificate, credential.Key);
        }
        catch (CryptographicException) when (_current is not null)
        {
            // Half of a pair of files is new; the other half follows.
            return null;
        }
        catch (CryptographicException error)
        {
            throw new IOException("A certificate or key of the cluster's configuration is not PEM.", error);
        }
    }

    SocketsHttpHandler CreateHandler(byte[]? authority, Credential credential)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
            KeepAlivePingTimeout = PingTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(30),
            UseCookies = false,
        };
        if (settings.Proxy is { } proxy)
            handler.Proxy = new WebProxy(proxy);
        handler.SslOptions.RemoteCertificateValidationCallback =
            (_, _, _, errors) => errors is SslPolicyErrors.None || settings.Insecure;
        if (authority is not null)
            handler.SslOptions.CertificateChainPolicy = Trust(authority);
        if (credential is { Certificate: { } certificate, Key: { } key })
            handler.SslOptions.ClientCertificateContext = Identify(certificate, key);
        return handler;
    }

    static X509ChainPolicy Trust(byte[] authority)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            TrustMode = X509ChainTrustMode.CustomRootTrust,
        };
        policy.CustomTrustStore.ImportFromPem(Encoding.ASCII.GetString(authority));
        return policy;
    }

    static SslStreamCertificateContext Identify(byte[] certificate, byte[] key)
    {
        var pem = Encoding.ASCII.GetString(certificate);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(pem);
        var own = X509Certificate2.CreateFromPem(pem, Encoding.ASCII.GetString(key));
        return SslStreamCertificateContext.Create(own, chain, offline: true);
    }

    sealed record Opened(HttpMessageInvoker Invoker, byte[]? Authority, byte[]? Certificate, byte[]? Key)
    {
        public bool Fits(byte[]? authority, Credential credential) => ReferenceEquals(Authority, authority)
            && ReferenceEquals(Certificate, credential.Certificate) && ReferenceEquals(Key, credential.Key);
    }
}
