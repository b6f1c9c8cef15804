using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PyRepo.Sigstore.Keys;

namespace PyRepo.Sigstore.Certificates;

/// <summary>A certificate that Fulcio has issued for one signature.</summary>
sealed class SigningCertificate : IDisposable
{
    const int MaxLength = 16 << 10;

    const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    SigningCertificate(X509Certificate2 x509, VerificationKey key) => (X509, Key) = (x509, key);

    /// <summary>The certificate.</summary>
    public X509Certificate2 X509 { get; }

    /// <summary>Its key.</summary>
    public VerificationKey Key { get; }

    /// <summary>From when on it is valid.</summary>
    public DateTimeOffset NotBefore => X509.NotBefore.ToUniversalTime();

    /// <summary>Until when it is valid.</summary>
    public DateTimeOffset NotAfter => X509.NotAfter.ToUniversalTime();

    /// <exception cref="FormatException">It cannot be read.</exception>
    public static SigningCertificate Parse(ReadOnlySpan<byte> der)
    {
        if (der.Length > MaxLength)
            throw new FormatException("the certificate is too long");
        X509Certificate2? x509 = null;
        try
        {
            x509 = X509CertificateLoader.LoadCertificate(der);
            if (x509.RawDataMemory.Length != der.Length)
                throw new FormatException("something follows the certificate");
            if (x509.Extensions.Select(each => each.Oid?.Value).Distinct().Count() != x509.Extensions.Count)
                throw new FormatException("the certificate has an extension twice");
            return new SigningCertificate(
                x509, VerificationKey.FromSubjectPublicKeyInfo(x509.PublicKey.ExportSubjectPublicKeyInfo()));
        }
        catch (Exception error) when (error is CryptographicException or FormatException or NotSupportedException)
        {
            x509?.Dispose();
            throw error as FormatException ?? new FormatException("the certificate cannot be read", error);
        }
    }

    /// <summary>Whether its issuer is its subject, as only a root's is.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static bool IsSelfIssued(ReadOnlySpan<byte> der)
    {
        try
        {
            using var x509 = X509CertificateLoader.LoadCertificate(der);
            return x509.SubjectName.RawData.AsSpan().SequenceEqual(x509.IssuerName.RawData);
        }
        catch (CryptographicException error)
        {
            throw new FormatException("a certificate cannot be read", error);
        }
    }

    /// <summary>Checks what the certificate says of its key's use (RFC 5280 §4.2.1.3 and §4.2.1.12).</summary>
    public void CheckUsage(VerificationChecks checks)
    {
        var usage = Extensions<X509KeyUsageExtension>().SingleOrDefault();
        checks.Require(
            VerificationStep.KeyUsage,
            usage is not null && usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature),
            "the certificate's key is not for signatures");
        var purposes = Extensions<X509EnhancedKeyUsageExtension>().SingleOrDefault();
        checks.Require(
            VerificationStep.ExtendedKeyUsage,
            purposes is not null && purposes.EnhancedKeyUsages.Cast<Oid>().Any(each => each.Value == CodeSigning),
            "the certificate's key is not for signing code");
    }

    /// <inheritdoc/>
    public void Dispose() => X509.Dispose();

    IEnumerable<T> Extensions<T>() where T : X509Extension => X509.Extensions.OfType<T>();
}
