using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace PyRepo.Packaging.Attestations;

/// <summary>
/// The provenance of a file: its attestations, and who uploaded them (
/// <see href="https://peps.python.org/pep-0740/#provenance-objects">PEP 740, provenance objects</see>).
/// </summary>
public static class Provenance
{
    /// <summary>Writes the document that an index serves.</summary>
    public static byte[] Write(Publisher publisher, IReadOnlyList<Attestation> attestations)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteStartArray("attestation_bundles");
            json.WriteStartObject();
            Write(json, publisher);
            json.WriteStartArray("attestations");
            foreach (var attestation in attestations)
                attestation.Json.WriteTo(json);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Whether a document from elsewhere has the form of a provenance object, version 1.</summary>
    public static bool IsValid(ReadOnlyMemory<byte> document)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            var root = json.RootElement;
            return root.ValueKind is JsonValueKind.Object
                && root.TryGetProperty("version", out var version) && version.ValueKind is JsonValueKind.Number
                && version.TryGetInt32(out var number) && number == 1
                && root.TryGetProperty("attestation_bundles", out var bundles)
                && bundles.ValueKind is JsonValueKind.Array;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Reads the attestations of a document, of all of its bundles.</summary>
    /// <param name="document">The document.</param>
    /// <param name="attestations">The attestations; null if the document or one of them is not valid.</param>
    /// <param name="problem">What is wrong, without a full stop; null if nothing is.</param>
    public static bool TryReadAttestations(
        string document, [NotNullWhen(true)] out IReadOnlyList<Attestation>? attestations,
        [NotNullWhen(false)] out string? problem)
    {
        (attestations, problem) = (null, "they are no provenance object of version 1");
        if (!IsValid(Encoding.UTF8.GetBytes(document)))
            return false;
        try
        {
            var read = new List<Attestation>();
            foreach (var bundle in JsonElement.Parse(document, Attestation.Strict)
                .GetProperty("attestation_bundles").EnumerateArray())
            {
                if (bundle.ValueKind is not JsonValueKind.Object || !bundle.TryGetProperty("attestations", out var array))
                    throw new FormatException("a bundle has no 'attestations'");
                read.AddRange(Attestation.ReadArray(array));
            }
            (attestations, problem) = (read, null);
            return true;
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            problem = error is FormatException ? error.Message : "they are not valid JSON";
            return false;
        }
    }

    static void Write(Utf8JsonWriter json, Publisher publisher)
    {
        json.WriteStartObject("publisher");
        json.WriteString("kind", publisher.Kind);
        foreach (var (name, value) in publisher.Identity)
            json.WriteString(name, value);
        json.WriteEndObject();
    }
}
