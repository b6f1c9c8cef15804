using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EndToEnd;

/// <summary>
/// A private authority, and the certificate for 127.0.0.1 with its key in the files that a server reads. An authority
/// between the two issued it, so that the file has to be a chain.
/// </summary>
public sealed class TlsFiles : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly X509Certificate2 _intermediate;
    int _serial;

    /// <summary>Makes the authority and the first certificate.</summary>
    public TlsFiles()
    {
        Authority = MakeAuthority("root", null);
        _intermediate = MakeAuthority("intermediate", Authority);
        _folder.Write("ca.crt", Authority.ExportCertificatePem());
        Replace(Make());
    }

    /// <summary>The authority.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>The file of the authority, which clients are told to trust.</summary>
    public string AuthorityFile => _folder.At("ca.crt");

    /// <summary>The file of the certificate and its chain.</summary>
    public string Certificate => _folder.At("tls.crt");

    /// <summary>The file of the key.</summary>
    public string Key => _folder.At("tls.key");

    /// <summary>What a client trusts that trusts only one authority.</summary>
    public static X509ChainPolicy TrustIn(X509Certificate2 authority) => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { authority },
        RevocationMode = X509RevocationMode.NoCheck,
    };

    /// <summary>Makes a new certificate with a new key, and returns it with its chain, then the key.</summary>
    public (string Certificate, string Key, string Thumbprint) Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=pyrepo", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_intermediate, true, false));
        using var certificate = Issue(request, _intermediate, days: 1);
        return (
            certificate.ExportCertificatePem() + "\n" + _intermediate.ExportCertificatePem() + "\n",
            key.ExportPkcs8PrivateKeyPem() + "\n", certificate.Thumbprint);
    }

    /// <summary>Puts a pair into the files, and returns the certificate's thumbprint.</summary>
    public string Replace((string Certificate, string Key, string Thumbprint) pair)
    {
        File.WriteAllText(Certificate, pair.Certificate);
        File.WriteAllText(Key, pair.Key);
        return pair.Thumbprint;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder.Dispose();
        _intermediate.Dispose();
        Authority.Dispose();
    }

    X509Certificate2 MakeAuthority(string name, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        // Python insists on the purpose and on the identifiers.
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (issuer is null)
            return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(3));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        using var certificate = Issue(request, issuer, days: 2);
        return certificate.CopyWithPrivateKey(key);
    }

    X509Certificate2 Issue(CertificateRequest request, X509Certificate2 issuer, int days) => request.Create(
        issuer, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(days), [1, (byte)++_serial]);
}
