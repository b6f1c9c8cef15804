using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Sigstore.Certificates;
using PyRepo.Sigstore.Statements;

namespace PyRepo.Sigstore.Bundles;

/// <summary>A bundle as its JSON has it.</summary>
sealed record BundleDocument
{
    /// <summary>Signers write one of each.</summary>
    internal const int MaxEntries = 8, MaxTimestamps = 8;

    const int MaxChainLength = 8;

    public required string MediaType { get; init; }
    public required MaterialDocument VerificationMaterial { get; init; }
    public EnvelopeDocument? DsseEnvelope { get; init; }
    public MessageDocument? MessageSignature { get; init; }

    /// <exception cref="FormatException">It is not valid.</exception>
    public static SigstoreBundle Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, BundleJson.Default.BundleDocument) is { } document
                ? document.ToBundle()
                : throw new FormatException("it is null");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Malformed.Json("it is not a bundle of Sigstore", error);
        }
    }

    SigstoreBundle ToBundle()
    {
        var material = VerificationMaterial;
        var entries = BoundedList.From(material.TlogEntries, MaxEntries, "log entries");
        var timestamps = BoundedList.From(
            material.TimestampVerificationData?.Rfc3161Timestamps, MaxTimestamps, "timestamps");
        return new SigstoreBundle
        {
            Content = GetContent(),
            Certificate = GetCertificate(),
            LogEntries = [.. entries.Select(entry => entry.ToEntry())],
            Timestamps = [.. timestamps.Select(each => (ReadOnlyMemory<byte>)each.SignedTimestamp)],
        };
    }

    SignedContent GetContent() => (DsseEnvelope, MessageSignature) switch
    {
        ({ Signatures: [{ } signature] } envelope, null) => new SignedContent.Envelope
        {
            PayloadType = envelope.PayloadType,
            Payload = envelope.Payload,
            Signature = signature.Sig,
        },
        (null, { } message) => new SignedContent.File
        {
            Sha256 = message.MessageDigest is not { Algorithm: not "SHA2_256" }
                ? message.MessageDigest?.Digest
                : throw new FormatException("the digest of the signed file is not SHA-256"),
            Signature = message.Signature,
        },
        _ => throw new FormatException("it must have one signature, of an envelope or a file"),
    };

    byte[]? GetCertificate()
    {
        var material = VerificationMaterial;
        var isThird = MediaType is "application/vnd.dev.sigstore.bundle.v0.3+json"
            or "application/vnd.dev.sigstore.bundle+json;version=0.3";
        if (!isThird && MediaType is not ("application/vnd.dev.sigstore.bundle+json;version=0.1"
            or "application/vnd.dev.sigstore.bundle+json;version=0.2"))
        {
            throw new FormatException("its media type is not one that is known");
        }
        return (material.Certificate, material.X509CertificateChain, material.PublicKey) switch
        {
            ({ } certificate, null, null) => certificate.RawBytes,
            (null, { } chain, null) when !isThird =>
                GetLeaf(BoundedList.From(chain.Certificates, MaxChainLength, "certificates")),
            (null, null, not null) => null,
            _ => throw new FormatException("it must have one certificate, or name one key"),
        };
    }

    /// <summary>The other certificates are not needed. A root among them would mislead other verifiers.</summary>
    static byte[] GetLeaf(IReadOnlyList<CertificateDocument> chain) =>
        chain.Count == 0 ? throw new FormatException("it has no certificate")
        : chain.Skip(1).Any(each => SigningCertificate.IsSelfIssued(each.RawBytes))
            ? throw new FormatException("its certificates include a root")
        : chain[0].RawBytes;

    internal sealed record MaterialDocument
    {
        public CertificateDocument? Certificate { get; init; }
        public ChainDocument? X509CertificateChain { get; init; }
        public KeyDocument? PublicKey { get; init; }
        public LogEntryDocument?[]? TlogEntries { get; init; }
        public TimestampsDocument? TimestampVerificationData { get; init; }
    }

    internal sealed record CertificateDocument
    {
        public required byte[] RawBytes { get; init; }
    }

    internal sealed record ChainDocument
    {
        public CertificateDocument?[]? Certificates { get; init; }
    }

    internal sealed record KeyDocument
    {
        public string? Hint { get; init; }
    }

    internal sealed record TimestampsDocument
    {
        public TimestampDocument?[]? Rfc3161Timestamps { get; init; }
    }

    internal sealed record TimestampDocument
    {
        public required byte[] SignedTimestamp { get; init; }
    }

    internal sealed record EnvelopeDocument
    {
        public required string PayloadType { get; init; }
        public required byte[] Payload { get; init; }
        public SignatureDocument?[]? Signatures { get; init; }
    }

    internal sealed record SignatureDocument
    {
        public required byte[] Sig { get; init; }
    }

    internal sealed record MessageDocument
    {
        public DigestDocument? MessageDigest { get; init; }
        public required byte[] Signature { get; init; }
    }

    internal sealed record DigestDocument
    {
        public required string Algorithm { get; init; }
        public required byte[] Digest { get; init; }
    }
}

[JsonSerializable(typeof(BundleDocument))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 16, AllowDuplicateProperties = false,
    RespectNullableAnnotations = true, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
sealed partial class BundleJson : JsonSerializerContext;
