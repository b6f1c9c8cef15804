using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PyRepo.Sigstore.Bundles;

namespace PyRepo.Sigstore.Logs;

/// <summary>The content of an entry of a log of signatures.</summary>
/// <param name="Subject">The subject of its digest.</param>
/// <param name="Sha256">That digest.</param>
/// <param name="Signature">The signature.</param>
/// <param name="Verifier">The certificate, or the key as SubjectPublicKeyInfo, as DER.</param>
sealed record EntryBody(EntrySubject Subject, byte[] Sha256, byte[] Signature, byte[] Verifier)
{
    /// <summary>Longer ones hold no certificate that is read. The search for a label may take the square of it.</summary>
    const int MaxPemLength = 24 << 10;

    /// <summary>Reads the kinds of Rekor v1 and v2 that hold a signature and its certificate.</summary>
    /// <returns>The body; null if it is of another kind.</returns>
    /// <exception cref="FormatException">It is not valid.</exception>
    public static EntryBody? Parse(LogEntry entry)
    {
        try
        {
            var document = JsonSerializer.Deserialize(entry.Body.Span, EntryJson.Default.EntryDocument);
            return document is not null && document.Kind == entry.Kind && document.ApiVersion == entry.Version
                ? Read(document)
                : throw new FormatException("a log entry is of another kind than it is said to be");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("a log entry cannot be read", error);
        }
    }

    static EntryBody? Read(EntryDocument document)
    {
        var spec = document.Spec;
        return (document.Kind, document.ApiVersion) switch
        {
            ("hashedrekord", "0.0.1") => Read(Deserialize(spec, EntryJson.Default.HashedRekord1Document)),
            ("dsse", "0.0.1") => Read(Deserialize(spec, EntryJson.Default.Dsse1Document)),
            ("intoto", "0.0.2") => Read(Deserialize(spec, EntryJson.Default.InToto2Document)),
            ("hashedrekord", "0.0.2") => Read(Deserialize(spec, EntryJson.Default.HashedRekord2Document)),
            ("dsse", "0.0.2") => Read(Deserialize(spec, EntryJson.Default.Dsse2Document)),
            _ => null,
        };
    }

    static T Deserialize<T>(JsonElement spec, JsonTypeInfo<T> type) where T : class =>
        spec.Deserialize(type) ?? throw new FormatException("a log entry is null");

    static EntryBody Read(HashedRekord1Document spec) => new(
        EntrySubject.Signed, GetSha256(spec.Data.Hash), spec.Signature.Content,
        ReadPem(spec.Signature.PublicKey.Content));

    static EntryBody Read(Dsse1Document spec) => spec.Signatures is [{ } signature]
        ? new EntryBody(
            EntrySubject.Payload, GetSha256(spec.PayloadHash), signature.Signature, ReadPem(signature.Verifier))
        : throw new FormatException("a log entry must have one signature");

    static EntryBody Read(InToto2Document spec) => spec.Content is { Envelope.Signatures: [{ } signature] } content
        ? new EntryBody(
            EntrySubject.Payload, GetSha256(content.PayloadHash),
            DecodeTwice(signature.Sig), ReadPem(signature.PublicKey))
        : throw new FormatException("a log entry must have one signature");

    static EntryBody Read(HashedRekord2Document spec) => new(
        EntrySubject.Signed, GetSha256(spec.HashedRekordV002.Data), spec.HashedRekordV002.Signature.Content,
        GetVerifier(spec.HashedRekordV002.Signature.Verifier));

    static EntryBody Read(Dsse2Document spec) => spec.DsseV002 is { Signatures: [{ } signature] } content
        ? new EntryBody(
            EntrySubject.Payload, GetSha256(content.PayloadHash), signature.Content, GetVerifier(signature.Verifier))
        : throw new FormatException("a log entry must have one signature");

    /// <summary>Rekor v1 encodes the signature in base64 twice, but not all that write such entries do.</summary>
    static byte[] DecodeTwice(byte[] signature)
    {
        var decoded = new byte[signature.Length];
        return Convert.TryFromBase64String(Encoding.ASCII.GetString(signature), decoded, out var length)
            ? decoded[..length]
            : signature;
    }

    static byte[] GetSha256(HexDigestDocument hash) =>
        hash.Algorithm == "sha256" && hash.Value.Length == 2 * SHA256.HashSizeInBytes
            ? Convert.FromHexString(hash.Value)
            : throw new FormatException("the digest of a log entry is not SHA-256");

    static byte[] GetSha256(DigestDocument digest) =>
        digest is { Algorithm: "SHA2_256", Digest.Length: SHA256.HashSizeInBytes }
            ? digest.Digest
            : throw new FormatException("the digest of a log entry is not SHA-256");

    static byte[] GetVerifier(VerifierDocument verifier) =>
        (verifier.X509Certificate, verifier.PublicKey) switch
        {
            ({ } certificate, null) => certificate.RawBytes,
            (null, { } key) => key.RawBytes,
            _ => throw new FormatException("a log entry must name one certificate or key"),
        };

    static byte[] ReadPem(byte[] bytes)
    {
        if (bytes.Length > MaxPemLength)
            throw new FormatException("the certificate or key of a log entry is too long");
        var text = Encoding.UTF8.GetString(bytes);
        var fields = PemEncoding.Find(text);
        return text[fields.Label] is "CERTIFICATE" or "PUBLIC KEY"
            ? Convert.FromBase64String(text[fields.Base64Data])
            : throw new FormatException("a log entry must name one certificate or key");
    }
}

/// <summary>The subject of the digest of a log entry.</summary>
enum EntrySubject
{
    /// <summary>The bytes that are signed.</summary>
    Signed,

    /// <summary>The payload of the envelope.</summary>
    Payload,
}
