using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Sigstore.Logs;

/// <summary>An entry of a log as its JSON has it.</summary>
sealed record EntryDocument
{
    public required string ApiVersion { get; init; }
    public required string Kind { get; init; }
    public required JsonElement Spec { get; init; }
}

/// <summary><c>hashedrekord</c> of Rekor v1.</summary>
sealed record HashedRekord1Document
{
    public required DataDocument Data { get; init; }
    public required Rekord1SignatureDocument Signature { get; init; }

    internal sealed record DataDocument
    {
        public required HexDigestDocument Hash { get; init; }
    }

    internal sealed record Rekord1SignatureDocument
    {
        public required byte[] Content { get; init; }
        public required PemDocument PublicKey { get; init; }
    }

    internal sealed record PemDocument
    {
        public required byte[] Content { get; init; }
    }
}

/// <summary><c>dsse</c> of Rekor v1. It has a hash of the envelope, too, as its sender wrote it.</summary>
sealed record Dsse1Document
{
    public required HexDigestDocument PayloadHash { get; init; }
    public required Dsse1SignatureDocument?[] Signatures { get; init; }

    internal sealed record Dsse1SignatureDocument
    {
        public required byte[] Signature { get; init; }
        public required byte[] Verifier { get; init; }
    }
}

/// <summary><c>intoto</c>, version 0.0.2, of Rekor v1.</summary>
sealed record InToto2Document
{
    public required InToto2ContentDocument Content { get; init; }

    internal sealed record InToto2ContentDocument
    {
        public required EnvelopeDocument Envelope { get; init; }
        public required HexDigestDocument PayloadHash { get; init; }
    }

    internal sealed record EnvelopeDocument
    {
        public required InToto2SignatureDocument?[] Signatures { get; init; }
    }

    internal sealed record InToto2SignatureDocument
    {
        public required byte[] Sig { get; init; }
        public required byte[] PublicKey { get; init; }
    }
}

/// <summary><c>hashedrekord</c> of Rekor v2, which it writes for envelopes, too.</summary>
sealed record HashedRekord2Document
{
    public required Rekord2ContentDocument HashedRekordV002 { get; init; }

    internal sealed record Rekord2ContentDocument
    {
        public required DigestDocument Data { get; init; }
        public required VerifiedSignatureDocument Signature { get; init; }
    }
}

/// <summary><c>dsse</c> of Rekor v2.</summary>
sealed record Dsse2Document
{
    public required Dsse2ContentDocument DsseV002 { get; init; }

    internal sealed record Dsse2ContentDocument
    {
        public required DigestDocument PayloadHash { get; init; }
        public required VerifiedSignatureDocument?[] Signatures { get; init; }
    }
}

/// <summary>A digest in hexadecimal.</summary>
sealed record HexDigestDocument(string Algorithm, string Value);

/// <summary>A digest in base64.</summary>
sealed record DigestDocument(string Algorithm, byte[] Digest);

/// <summary>A signature of Rekor v2.</summary>
sealed record VerifiedSignatureDocument(byte[] Content, VerifierDocument Verifier);

/// <summary>The certificate or key of a signature.</summary>
sealed record VerifierDocument
{
    public BytesDocument? X509Certificate { get; init; }
    public BytesDocument? PublicKey { get; init; }
}

/// <summary>DER.</summary>
sealed record BytesDocument(byte[] RawBytes);

[JsonSerializable(typeof(EntryDocument))]
[JsonSerializable(typeof(HashedRekord1Document))]
[JsonSerializable(typeof(Dsse1Document))]
[JsonSerializable(typeof(InToto2Document))]
[JsonSerializable(typeof(HashedRekord2Document))]
[JsonSerializable(typeof(Dsse2Document))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 16, AllowDuplicateProperties = false,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
sealed partial class EntryJson : JsonSerializerContext;
