using System.Formats.Asn1;

namespace PyRepo.Sigstore.Certificates;

/// <summary>The certificate that a certificate log was shown: the one before it held the log's timestamps.</summary>
static class Precertificate
{
    static readonly Asn1Tag _extensions = new(TagClass.ContextSpecific, 3, isConstructed: true);

    /// <summary>Returns the certificate's timestamps, and what they are about.</summary>
    /// <param name="certificate">The certificate as DER.</param>
    /// <returns>The timestamps (empty if there are none), and the part to be signed without them.</returns>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static (IReadOnlyList<SignedCertificateTimestamp> Timestamps, byte[] ToBeSigned) Read(
        ReadOnlyMemory<byte> certificate)
    {
        try
        {
            var tbs = new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence().ReadSequence();
            var writer = new AsnWriter(AsnEncodingRules.DER);
            IReadOnlyList<SignedCertificateTimestamp> timestamps = [];
            using (writer.PushSequence())
            {
                while (tbs.HasData)
                {
                    if (tbs.PeekTag().HasSameClassAndValue(_extensions))
                        timestamps = CopyExtensions(tbs.ReadSequence(_extensions).ReadSequence(), writer);
                    else
                        writer.WriteEncodedValue(tbs.ReadEncodedValue().Span);
                }
            }
            return (timestamps, writer.Encode());
        }
        catch (AsnContentException error)
        {
            throw new FormatException("the certificate is not DER", error);
        }
    }

    static IReadOnlyList<SignedCertificateTimestamp> CopyExtensions(AsnReader extensions, AsnWriter writer)
    {
        IReadOnlyList<SignedCertificateTimestamp> timestamps = [];
        using (writer.PushSequence(_extensions))
        using (writer.PushSequence())
        {
            while (extensions.HasData)
            {
                var encoded = extensions.ReadEncodedValue();
                var extension = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
                if (extension.ReadObjectIdentifier() != SignedCertificateTimestamp.Oid)
                {
                    writer.WriteEncodedValue(encoded.Span);
                    continue;
                }
                if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean))
                    extension.ReadBoolean();
                var list = new AsnReader(extension.ReadOctetString(), AsnEncodingRules.DER).ReadOctetString();
                timestamps = SignedCertificateTimestamp.ParseList(list);
            }
        }
        return timestamps;
    }
}
