using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace PyRepo.Sigstore.Keys;

/// <summary>A public key: ECDSA on P-256, P-384 or P-521, RSA with PKCS #1 v1.5, or Ed25519.</summary>
public sealed class VerificationKey
{
    const int MaxLength = 2048, MinRsaBits = 2048, MaxRsaBits = 4096;

    readonly ReadOnlyMemory<byte> _info;
    readonly KeyAlgorithm _algorithm;
    readonly byte[] _ed25519;

    VerificationKey(ReadOnlyMemory<byte> info, KeyAlgorithm algorithm, byte[] ed25519) =>
        (_info, _algorithm, _ed25519) = (info, algorithm, ed25519);

    /// <summary>The key as SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).</summary>
    public ReadOnlySpan<byte> SubjectPublicKeyInfo => _info.Span;

    /// <summary>Reads a key.</summary>
    /// <param name="info">The key as SubjectPublicKeyInfo.</param>
    /// <exception cref="FormatException">It is none.</exception>
    /// <exception cref="NotSupportedException">It is of another kind.</exception>
    public static VerificationKey FromSubjectPublicKeyInfo(ReadOnlyMemory<byte> info)
    {
        if (info.Length > MaxLength)
            throw new FormatException("a key is too long");
        try
        {
            var outer = new AsnReader(info, AsnEncodingRules.DER);
            var sequence = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var identifier = sequence.ReadSequence();
            var algorithm = identifier.ReadObjectIdentifier();
            var key = sequence.ReadBitString(out var unused);
            sequence.ThrowIfNotEmpty();
            var kind = algorithm switch
            {
                "1.2.840.10045.2.1" => GetCurve(identifier.ReadObjectIdentifier()),
                "1.2.840.113549.1.1.1" => KeyAlgorithm.Rsa,
                "1.3.101.112" when key.Length == Ed25519.PublicKeySize && unused == 0 => KeyAlgorithm.Ed25519,
                _ => throw new NotSupportedException($"a key's algorithm {algorithm} is not supported"),
            };
            var read = new VerificationKey(info, kind, kind is KeyAlgorithm.Ed25519 ? key : []);
            read.Import()?.Dispose();
            return read;
        }
        catch (Exception error) when (error is AsnContentException or CryptographicException)
        {
            throw new FormatException("a key cannot be read", error);
        }
    }

    /// <summary>
    /// Whether a signature is this key's: of ECDSA as DER, with the hash of the curve's size or, as many clients and
    /// all certificate logs sign, with SHA-256.
    /// </summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => _algorithm switch
    {
        KeyAlgorithm.Ed25519 => VerifyEd25519(data, signature),
        KeyAlgorithm.P384 => VerifySha256(SHA256.HashData(data), signature)
            || VerifyHash(SHA384.HashData(data), signature),
        KeyAlgorithm.P521 => VerifySha256(SHA256.HashData(data), signature)
            || VerifyHash(SHA512.HashData(data), signature),
        _ => VerifySha256(SHA256.HashData(data), signature),
    };

    /// <summary>Whether a signature of the data with this SHA-256 is this key's.</summary>
    /// <returns>False, too, if the key is of Ed25519, which signs no hashes.</returns>
    public bool VerifySha256(ReadOnlySpan<byte> sha256, ReadOnlySpan<byte> signature) =>
        _algorithm is not KeyAlgorithm.Ed25519 && VerifyHash(sha256, signature);

    bool VerifyEd25519(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Ed25519.SignatureSize)
            return false;
        var bytes = data.ToArray();
        return Ed25519.Verify(signature.ToArray(), 0, _ed25519, 0, bytes, 0, bytes.Length);
    }

    bool VerifyHash(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        // The platform's keys are not safe for several threads, and quickly imported.
        using var key = Import();
        try
        {
            return key switch
            {
                ECDsa ecdsa => ecdsa.VerifyHash(hash, signature, DSASignatureFormat.Rfc3279DerSequence),
                RSA rsa => rsa.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                _ => false,
            };
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    AsymmetricAlgorithm? Import()
    {
        if (_algorithm is KeyAlgorithm.Ed25519)
        {
            return Ed25519.ValidatePublicKeyFull(_ed25519, 0)
                ? null
                : throw new FormatException("a key cannot be read");
        }
        AsymmetricAlgorithm key = _algorithm is KeyAlgorithm.Rsa ? RSA.Create() : ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_info.Span, out _);
        return key is not RSA { KeySize: < MinRsaBits or > MaxRsaBits }
            ? key
            : throw new FormatException($"an RSA key has {key.KeySize} bits");
    }

    static KeyAlgorithm GetCurve(string curve) => curve switch
    {
        "1.2.840.10045.3.1.7" => KeyAlgorithm.P256,
        "1.3.132.0.34" => KeyAlgorithm.P384,
        "1.3.132.0.35" => KeyAlgorithm.P521,
        _ => throw new NotSupportedException($"a key's curve {curve} is not supported"),
    };

    enum KeyAlgorithm
    {
        P256, P384, P521, Rsa, Ed25519,
    }
}
