using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PyRepo.Server.Platform.Tls;

namespace PyRepo.Server.Tests.Platform.Tls;

/// <summary>A certificate made for a test, and its key in the formats that programs write.</summary>
sealed class MadePair : IDisposable
{
    readonly AsymmetricAlgorithm _key;
    readonly X509Certificate2 _certificate;

    MadePair(AsymmetricAlgorithm key, CertificateRequest request, X509Certificate2? issuer)
    {
        _key = key;
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(issuer is null, hasPathLengthConstraint: false, 0, critical: true));
        var now = DateTimeOffset.UtcNow;
        _certificate = issuer is null ? request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30))
            : request.Create(issuer, now.AddHours(-1), now.AddDays(10), [1, 2, 3]);
    }

    /// <summary>The certificate as PEM.</summary>
    public string Certificate => _certificate.ExportCertificatePem() + "\n";

    /// <summary>The key as PKCS #8.</summary>
    public string Key => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>The key as PKCS #1, or as SEC 1 with an elliptic curve.</summary>
    public string TraditionalKey => _key switch
    {
        RSA rsa => rsa.ExportRSAPrivateKeyPem(),
        ECDsa curve => curve.ExportECPrivateKeyPem(),
        _ => throw new NotSupportedException(),
    };

    /// <summary>The key as PKCS #8, encrypted.</summary>
    public string EncryptedKey => _key.ExportEncryptedPkcs8PrivateKeyPem(
        "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));

    /// <summary>When it expires.</summary>
    public DateTimeOffset Expires => new(_certificate.NotAfter);

    /// <summary>Both files.</summary>
    public TlsTexts Texts => new(Certificate, Key);

    /// <summary>Makes one with an RSA key, issued by itself.</summary>
    public static MadePair Rsa()
    {
        var key = RSA.Create(2048);
        return new(
            key, new CertificateRequest("CN=rsa", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), null);
    }

    /// <summary>Makes one with a key of an elliptic curve, issued by itself or another.</summary>
    public static MadePair Curve(MadePair? issuer = null)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new(
            key, new CertificateRequest($"CN=curve {Guid.NewGuid()}", key, HashAlgorithmName.SHA256),
            issuer?._certificate);
    }

    public void Dispose()
    {
        _key.Dispose();
        _certificate.Dispose();
    }
}
