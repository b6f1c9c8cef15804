using System.Buffers;
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

    static void Write(Utf8JsonWriter json, Publisher publisher)
    {
        json.WriteStartObject("publisher");
        json.WriteString("kind", publisher.Kind);
        foreach (var (name, value) in publisher.Identity)
            json.WriteString(name, value);
        json.WriteEndObject();
    }
}
