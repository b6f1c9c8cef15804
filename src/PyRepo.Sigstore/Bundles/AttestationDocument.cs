using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Sigstore.Statements;

namespace PyRepo.Sigstore.Bundles;

/// <summary>
/// An attestation as its JSON has it (
/// <see href="https://peps.python.org/pep-0740/#attestation-objects">PEP 740, attestation objects</see>).
/// </summary>
sealed record AttestationDocument
{
    public required int Version { get; init; }

    [JsonPropertyName("verification_material")]
    public required MaterialDocument VerificationMaterial { get; init; }

    public required EnvelopeDocument Envelope { get; init; }

    /// <exception cref="FormatException">It is not valid.</exception>
    public static SigstoreBundle Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, AttestationJson.Default.AttestationDocument) is { } document
                ? document.ToBundle()
                : throw new FormatException("it is null");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Malformed.Json("it is not an attestation of PEP 740", error);
        }
    }

    SigstoreBundle ToBundle()
    {
        if (Version != 1)
            throw new FormatException("the only known 'version' is 1");
        var entries = BoundedList.From(
            VerificationMaterial.TransparencyEntries, BundleDocument.MaxEntries, "log entries");
        var timestamps = BoundedList.From(
            VerificationMaterial.Timestamps, BundleDocument.MaxTimestamps, "timestamps");
        return new SigstoreBundle
        {
            Content = new SignedContent.Envelope
            {
                PayloadType = InTotoStatement.PayloadType,
                Payload = Envelope.Statement,
                Signature = Envelope.Signature,
            },
            Certificate = VerificationMaterial.Certificate,
            LogEntries = [.. entries.Select(entry => entry.ToEntry())],
            Timestamps = [.. timestamps.Select(each => (ReadOnlyMemory<byte>)each)],
        };
    }

    internal sealed record MaterialDocument
    {
        public required byte[] Certificate { get; init; }

        [JsonPropertyName("transparency_entries")]
        public required LogEntryDocument?[] TransparencyEntries { get; init; }

        /// <summary>
        /// Responses of timestamp authorities, without which entries of Rekor v2 prove no time (
        /// <see href="https://github.com/pypa/packaging.python.org/pull/1936">proposed</see>).
        /// </summary>
        public byte[]?[]? Timestamps { get; init; }
    }

    internal sealed record EnvelopeDocument
    {
        public required byte[] Statement { get; init; }
        public required byte[] Signature { get; init; }
    }
}

[JsonSerializable(typeof(AttestationDocument))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 16, AllowDuplicateProperties = false,
    RespectNullableAnnotations = true, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
sealed partial class AttestationJson : JsonSerializerContext;
