using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Simple;

namespace PyRepo.Packaging.Attestations;

/// <summary>
/// The provenance of a file: its attestations, and who uploaded them (
/// <see href="https://peps.python.org/pep-0740/#provenance-objects">PEP 740, provenance objects</see>).
/// </summary>
public static class Provenance
{
    /// <summary>
    /// The length in bytes of a file's provenance: its attestations, and their publisher. Who receives it applies it.
    /// </summary>
    public const int MaxLength = Attestation.MaxArrayLength + (64 << 10);

    const int MaxDepth = 64;

    /// <summary>
    /// Returns the path of a file's provenance, relative to the base of an index (
    /// <see href="https://docs.pypi.org/api/integrity/">PyPI's Integrity API</see>).
    /// </summary>
    public static string GetPath(DistributionFileName file) =>
        $"integrity/{file.Project.Value}/{PathSegment.Encode(file.CanonicalVersion)}/"
        + $"{PathSegment.Encode(file.FileName)}/provenance";

    /// <summary>Writes the document that an index serves. Each attestation stays as it came, byte for byte.</summary>
    public static byte[] Write(params IReadOnlyList<ProvenanceBundle> bundles)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteStartArray("attestation_bundles");
            foreach (var bundle in bundles)
                Write(json, bundle);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Whether a document from elsewhere has the form of a provenance object, version 1.</summary>
    public static bool IsValid(ReadOnlySpan<byte> document) => TryReadBundles(document, out _);

    /// <summary>Reads the attestations of a document, and who is said to have made or uploaded them.</summary>
    /// <param name="document">The document.</param>
    /// <param name="bundles">The attestations; null if the document or one of them is not valid.</param>
    /// <param name="problem">The problem, without a full stop; null if there is none.</param>
    public static bool TryRead(
        string document, [NotNullWhen(true)] out IReadOnlyList<ProvenanceBundle>? bundles,
        [NotNullWhen(false)] out string? problem)
    {
        (bundles, problem) = (null, null);
        if (!TryReadBundles(Encoding.UTF8.GetBytes(document), out var array))
        {
            problem = "they are no provenance object of version 1";
            return false;
        }
        try
        {
            IReadOnlyList<ProvenanceBundle> read = [.. array.EnumerateArray().Select(ReadBundle)];
            bundles = read.Sum(bundle => bundle.Attestations.Count) switch
            {
                0 => throw new FormatException("there are none"),
                > Attestation.MaxCount => throw new FormatException($"there are more than {Attestation.MaxCount}"),
                _ => read,
            };
            return true;
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            problem = error is FormatException ? error.Message : "they are not valid JSON";
            return false;
        }
    }

    /// <summary>Reads the attestations of a document, of all of its bundles.</summary>
    /// <inheritdoc cref="TryRead"/>
    /// <param name="attestations">The attestations; null if the document or one of them is not valid.</param>
    public static bool TryReadAttestations(
        string document, [NotNullWhen(true)] out IReadOnlyList<Attestation>? attestations,
        [NotNullWhen(false)] out string? problem)
    {
        attestations = TryRead(document, out var bundles, out problem)
            ? [.. bundles.SelectMany(bundle => bundle.Attestations)]
            : null;
        return attestations is not null;
    }

    static ProvenanceBundle ReadBundle(JsonElement bundle)
    {
        if (bundle.ValueKind is not JsonValueKind.Object
            || !bundle.TryGetProperty("attestations", out var attestations))
        {
            throw new FormatException("a bundle has no 'attestations'");
        }
        return bundle.TryGetProperty("publisher", out var publisher) && publisher.ValueKind is JsonValueKind.Object
            && publisher.TryGetProperty("kind", out var kind) && kind.ValueKind is JsonValueKind.String
                ? new ProvenanceBundle(
                    new Publisher(kind.GetString()!, ReadIdentity(publisher)), Attestation.ReadArray(attestations))
                : throw new FormatException("a bundle does not say of what kind its 'publisher' is");
    }

    static List<KeyValuePair<string, string?>> ReadIdentity(JsonElement publisher) =>
    [
        .. from property in publisher.EnumerateObject()
           where property.Name != "kind" && property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Null
           select new KeyValuePair<string, string?>(property.Name, property.Value.GetString()),
    ];

    static bool TryReadBundles(ReadOnlySpan<byte> document, out JsonElement bundles)
    {
        bundles = default;
        try
        {
            var root = StrictJson.Parse(document, MaxDepth);
            return root.ValueKind is JsonValueKind.Object
                && root.TryGetProperty("version", out var version) && version.ValueKind is JsonValueKind.Number
                && version.TryGetInt32(out var number) && number == 1
                && root.TryGetProperty("attestation_bundles", out bundles)
                && bundles.ValueKind is JsonValueKind.Array;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static void Write(Utf8JsonWriter json, ProvenanceBundle bundle)
    {
        json.WriteStartObject();
        json.WriteStartObject("publisher");
        json.WriteString("kind", bundle.Publisher.Kind);
        foreach (var (name, value) in bundle.Publisher.Identity)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteStartArray("attestations");
        foreach (var attestation in bundle.Attestations)
            json.WriteRawValue(attestation.Json.GetRawText());
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

/// <summary>Attestations, and who has made or uploaded them.</summary>
public sealed record ProvenanceBundle(Publisher Publisher, IReadOnlyList<Attestation> Attestations);
