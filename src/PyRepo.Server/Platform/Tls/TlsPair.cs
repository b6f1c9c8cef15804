using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PyRepo.Server.Platform.Tls;

/// <summary>A certificate with its private key, ready for connections.</summary>
sealed class TlsPair
{
    readonly SslStreamCertificateContext _context;

    /// <summary>Reads a pair.</summary>
    /// <exception cref="TlsException">It cannot be used.</exception>
    public TlsPair(TlsTexts texts)
    {
        var chain = CertificatesIn(texts.Certificate);
        if (chain is not [var leaf, ..])
            throw new TlsException(TlsPart.Certificate, "it has no certificate in PEM format.");
        var certificate = WithKey(leaf, texts.Key);
        // Clients get what the file has: nothing is downloaded for them. It is made once because it keeps sessions.
        _context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
        Texts = texts;
        Expires = new DateTimeOffset(certificate.NotAfter).ToUniversalTime();
    }

    /// <summary>The texts that it was read from.</summary>
    public TlsTexts Texts { get; }

    /// <summary>When clients no longer accept the certificate.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>Returns how a connection is encrypted: with TLS 1.2 or 1.3, for HTTP/1.1.</summary>
    public SslServerAuthenticationOptions ForConnection() => new()
    {
        ServerCertificateContext = _context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
    };

    static X509Certificate2Collection CertificatesIn(string text)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException)
        {
            throw new TlsException(TlsPart.Certificate, "it has a certificate that cannot be read.");
        }
        return certificates;
    }

    static X509Certificate2 WithKey(X509Certificate2 leaf, string key)
    {
        if (key.Contains("-----BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal)
            || key.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw new TlsException(TlsPart.Key, "the private key is encrypted: decrypt it with openssl pkey.");
        }
        if (!HasPrivateKey(key))
            throw new TlsException(TlsPart.Key, "it has no private key in PEM format.");
        try
        {
            return X509Certificate2.CreateFromPem(leaf.ExportCertificatePem(), key);
        }
        // Which of them depends on the kind of the key.
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new TlsException(
                TlsPart.Key,
                $"the private key does not belong to the first certificate of {TlsFiles.CertificateOption}, "
                + "or it cannot be read.");
        }
    }

    static bool HasPrivateKey(ReadOnlySpan<char> text)
    {
        while (PemEncoding.TryFind(text, out var found))
        {
            if (text[found.Label].EndsWith("PRIVATE KEY", StringComparison.Ordinal))
                return true;
            text = text[found.Location.End..];
        }
        return false;
    }
}
