using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;

namespace PyRepo.Release.Signing;

/// <summary>
/// An ECDSA key on P-256. It signs the same bytes the same way each time
/// (<see href="https://www.rfc-editor.org/rfc/rfc6979">RFC 6979</see>), so that a release can be made again.
/// </summary>
sealed class SigningKey
{
    const string P256 = "1.2.840.10045.3.1.7";

    readonly ECPrivateKeyParameters _private;
    readonly byte[] _info;

    SigningKey(ECPrivateKeyParameters key, byte[] info) => (_private, _info) = (key, info);

    /// <summary>The public key as PEM, as <c>cosign verify --key</c> reads it.</summary>
    public string PublicPem => PemEncoding.WriteString("PUBLIC KEY", _info) + "\n";

    /// <summary>The SHA-256 of the public key (SubjectPublicKeyInfo).</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(_info));

    /// <summary>By this name a bundle says which key it needs.</summary>
    public string Hint => Convert.ToBase64String(SHA256.HashData(_info));

    /// <summary>Reads a key: PKCS #8, also encrypted, or SEC 1, as PEM.</summary>
    /// <exception cref="FormatException">It is no such key, or the password is wrong.</exception>
    public static SigningKey Read(string pem, string? password)
    {
        if (pem.Contains("ENCRYPTED SIGSTORE PRIVATE KEY", StringComparison.Ordinal)
            || pem.Contains("ENCRYPTED COSIGN PRIVATE KEY", StringComparison.Ordinal))
            throw new FormatException("the key is in cosign's own format; give one in PEM that OpenSSL reads");
        using var key = ECDsa.Create();
        try
        {
            if (pem.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal))
                key.ImportFromEncryptedPem(pem, password ?? "");
            else
                key.ImportFromPem(pem);
            return From(key);
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            throw new FormatException("the key cannot be read, or its password is wrong", error);
        }
    }

    /// <summary>A signature (DER) of data with SHA-256.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var numbers = new HMacDsaKCalculator(new Sha256Digest());
        var signer = new DsaDigestSigner(new ECDsaSigner(numbers), new Sha256Digest());
        signer.Init(forSigning: true, _private);
        signer.BlockUpdate(data);
        return signer.GenerateSignature();
    }

    static SigningKey From(ECDsa key)
    {
        // The curve's name is not there on every platform, its number is.
        var parameters = key.ExportParameters(includePrivateParameters: true);
        if (key.KeySize != 256 || parameters.Curve.Oid is { Value: not null and not P256 })
            throw new FormatException("the key is not on the curve P-256");
        var domain = ECNamedDomainParameters.LookupOid(new(P256));
        return new(
            new ECPrivateKeyParameters("ECDSA", new BigInteger(1, parameters.D), domain),
            key.ExportSubjectPublicKeyInfo());
    }
}
