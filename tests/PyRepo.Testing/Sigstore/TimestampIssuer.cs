using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace PyRepo.Testing.Sigstore;

/// <summary>A toy timestamp authority (RFC 3161).</summary>
public sealed class TimestampIssuer : IDisposable
{
    readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly X509Certificate2 _signer;

    /// <summary>Makes its certificates.</summary>
    /// <param name="isForTimestamps">Whether its certificate says that it is for timestamps.</param>
    public TimestampIssuer(bool isForTimestamps = true)
    {
        var from = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var to = from.AddYears(20);
        var root = new CertificateRequest("CN=timestamps.test", _rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        root.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        Root = root.CreateSelfSigned(from, to);
        var leaf = new CertificateRequest("CN=timestamps.test leaf", _key, HashAlgorithmName.SHA256);
        leaf.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        var purpose = isForTimestamps ? "1.3.6.1.5.5.7.3.8" : "1.3.6.1.5.5.7.3.3";
        leaf.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: true));
        using var signed = leaf.Create(
            Root.SubjectName, X509SignatureGenerator.CreateForECDsa(_rootKey), from, to, [4, 5, 6]);
        _signer = signed.CopyWithPrivateKey(_key);
        Leaf = X509CertificateLoader.LoadCertificate(signed.RawData);
    }

    /// <summary>The root.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>The certificate that signs timestamps.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>Makes a response.</summary>
    public byte[] Stamp(byte[] signature, DateTimeOffset time)
    {
        var info = new Rfc3161TimestampTokenInfo(
            new Oid("1.3.6.1.4.1.57264.2"), new Oid("2.16.840.1.101.3.4.2.1"), SHA256.HashData(signature),
            new byte[] { 7 }, time);
        var cms = new SignedCms(new ContentInfo(new Oid("1.2.840.113549.1.9.16.1.4"), info.Encode()));
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, _signer)
        {
            DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"),
            IncludeOption = X509IncludeOption.None,
        };
        signer.SignedAttributes.Add(new AsnEncodedData("1.2.840.113549.1.9.16.2.47", GetSigningCertificate()));
        cms.ComputeSignature(signer);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
                writer.WriteInteger(0);
            writer.WriteEncodedValue(cms.Encode());
        }
        return writer.Encode();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var each in (IDisposable[])[_rootKey, _key, _signer, Root, Leaf])
            each.Dispose();
    }

    /// <summary>The hash of the signer's certificate (RFC 5035 §3).</summary>
    byte[] GetSigningCertificate()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
            writer.WriteOctetString(SHA256.HashData(Leaf.RawData));
        return writer.Encode();
    }
}
