using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PyRepo.Testing.Sigstore;

/// <summary>A toy Fulcio: a root and an intermediate authority.</summary>
public sealed class CertificateIssuer : IDisposable
{
    const string SctList = "1.3.6.1.4.1.11129.2.4.2";

    readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP384);

    /// <summary>Makes its certificates.</summary>
    public CertificateIssuer(string name = "sigstore.test")
    {
        var from = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var to = from.AddYears(20);
        Root = Authority($"CN={name}", _rootKey).CreateSelfSigned(from, to);
        using var intermediate = Authority($"CN={name} intermediate", _key).Create(
            Root.SubjectName, X509SignatureGenerator.CreateForECDsa(_rootKey), from, to, [1, 2, 3]);
        Intermediate = X509CertificateLoader.LoadCertificate(intermediate.RawData);
    }

    /// <summary>The root.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>The certificate that signs others.</summary>
    public X509Certificate2 Intermediate { get; }

    /// <summary>Issues a certificate with a certificate log's promise in it.</summary>
    public byte[] Issue(ECDsa key, AttestationRequest request, CertificateLog log)
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = 1;
        var without = Create(key, request, serial, null);
        var promise = log.Promise(
            Intermediate.PublicKey.ExportSubjectPublicKeyInfo(), GetToBeSigned(without), request);
        return promise is null ? without : Create(key, request, serial, promise);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var each in (IDisposable[])[_rootKey, _key, Root, Intermediate])
            each.Dispose();
    }

    byte[] Create(ECDsa key, AttestationRequest request, byte[] serial, byte[]? promise)
    {
        var made = new CertificateRequest(new X500DistinguishedName([0x30, 0]), key, HashAlgorithmName.SHA256);
        if (request.KeyUsage is { } usage)
            made.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        if (request.Purpose is { } purpose)
            made.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        var subject = new SubjectAlternativeNameBuilder();
        if (request.Subject.Contains("://", StringComparison.Ordinal))
            subject.AddUri(new Uri(request.Subject));
        else
            subject.AddEmailAddress(request.Subject);
        made.CertificateExtensions.Add(subject.Build(critical: true));
        foreach (var (number, value) in request.Claims)
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
            made.CertificateExtensions.Add(new X509Extension(
                $"1.3.6.1.4.1.57264.1.{number}", number > 7 ? writer.Encode() : Encoding.UTF8.GetBytes(value), false));
        }
        if (promise is not null)
            made.CertificateExtensions.Add(new X509Extension(SctList, promise, critical: false));
        using var certificate = made.Create(
            Intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key),
            request.Time + request.Validity.From, request.Time + request.Validity.To, serial);
        return certificate.RawData;
    }

    static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        return request;
    }

    static byte[] GetToBeSigned(byte[] certificate) =>
        new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence().ReadEncodedValue().ToArray();
}

/// <summary>A toy log of certificates.</summary>
public sealed class CertificateLog : IDisposable
{
    readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The log's key as SubjectPublicKeyInfo.</summary>
    public byte[] Key => _key.ExportSubjectPublicKeyInfo();

    /// <summary>Makes the list of one promise, as a certificate's extension holds it (RFC 6962 §3.3).</summary>
    /// <returns>The list; null if there is to be none.</returns>
    public byte[]? Promise(byte[] issuer, byte[] toBeSigned, AttestationRequest request)
    {
        var milliseconds = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(milliseconds, request.Time.ToUnixTimeMilliseconds());
        byte[] signed =
        [
            0, 0, .. milliseconds, 0, 1, .. SHA256.HashData(issuer), .. Number(toBeSigned.Length, 3),
            .. toBeSigned, 0, 0,
        ];
        if (request.CertificateTimestamp(signed) is not { } changed)
            return null;
        var signature = (request.CertificateLogKey ?? _key).SignData(
            changed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        byte[] promise =
        [
            0, .. SHA256.HashData(Key), .. milliseconds, 0, 0, 4, 3, .. Number(signature.Length, 2), .. signature,
        ];
        byte[] item = [.. Number(promise.Length, 2), .. promise];
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString([.. Number(item.Length, 2), .. item]);
        return writer.Encode();
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    static byte[] Number(int number, int length) =>
        [.. Enumerable.Range(1, length).Select(i => (byte)(number >> (8 * (length - i))))];
}
