using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using PyRepo.Sigstore.Certificates;
using PyRepo.Sigstore.Roots;

namespace PyRepo.Sigstore.Timestamps;

/// <summary>Verifies responses of timestamp authorities (RFC 3161).</summary>
sealed class TimestampVerifier(TrustedRoot root, VerificationChecks checks)
{
    const int MaxLength = 64 << 10;

    /// <summary>Returns the time at which an authority saw a signature.</summary>
    /// <exception cref="VerificationException">It is not proved.</exception>
    public DateTimeOffset Verify(ReadOnlyMemory<byte> response, ReadOnlySpan<byte> signature)
    {
        if (!Rfc3161TimestampToken.TryDecode(ReadToken(response), out var token, out _))
        {
            throw new VerificationException(
                VerificationStep.TimestampSignature,
                "the timestamp is none, or was signed with a certificate that is not for timestamps or not valid then");
        }
        var time = token.TokenInfo.Timestamp;
        checks.Require(
            VerificationStep.TimestampImprint, IsAbout(token.TokenInfo, signature),
            "the timestamp is about another signature");
        var authorities = root.TimestampAuthorities.Where(each => IsFrom(token, each)).ToList();
        checks.Require(
            VerificationStep.TimestampSignature, authorities.Count > 0,
            "the timestamp is from no authority of the trusted root whose certificate was valid then");
        checks.Require(
            VerificationStep.TimestampValidity,
            authorities.Count == 0 || authorities.Any(each => each.Validity.Contains(time)),
            $"the timestamp's authority was not trusted at {time:u}");
        return time;
    }

    static bool IsAbout(Rfc3161TimestampTokenInfo info, ReadOnlySpan<byte> signature)
    {
        var hash = info.HashAlgorithmId.Value switch
        {
            "2.16.840.1.101.3.4.2.1" => SHA256.HashData(signature),
            "2.16.840.1.101.3.4.2.2" => SHA384.HashData(signature),
            "2.16.840.1.101.3.4.2.3" => SHA512.HashData(signature),
            _ => [],
        };
        return hash.Length > 0 && info.GetMessageHash().Span.SequenceEqual(hash);
    }

    /// <summary>
    /// Whether the first certificate of the authority signed. What a token brings is not looked at: others below the
    /// same root are not trusted.
    /// </summary>
    static bool IsFrom(Rfc3161TimestampToken token, CertificateAuthority authority)
    {
        var info = token.TokenInfo;
        var (leaf, issuers) = (authority.Chain[0], authority.Chain.Skip(1).ToList());
        X509Certificate2? signer = null;
        try
        {
            return issuers.Count > 0
                && token.VerifySignatureForHash(info.GetMessageHash().Span, info.HashAlgorithmId, out signer, [leaf])
                && signer.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span)
                && CertificateChain.IsValid(leaf, issuers, info.Timestamp);
        }
        catch (Exception error) when (error is CryptographicException or NotSupportedException)
        {
            return false;
        }
        finally
        {
            if (signer is not null && !ReferenceEquals(signer, leaf))
                signer.Dispose();
        }
    }

    /// <summary>Returns the token of a response that was granted, perhaps with modifications.</summary>
    static ReadOnlyMemory<byte> ReadToken(ReadOnlyMemory<byte> response)
    {
        try
        {
            var outer = new AsnReader(response, AsnEncodingRules.BER).ReadSequence();
            if (response.Length <= MaxLength && outer.ReadSequence().TryReadInt32(out var status) && status is (0 or 1))
                return outer.ReadEncodedValue();
        }
        catch (AsnContentException error)
        {
            throw new FormatException("a timestamp cannot be read", error);
        }
        throw new FormatException("a timestamp is too long, or was not granted");
    }
}
