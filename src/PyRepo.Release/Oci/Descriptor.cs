using System.Collections.Immutable;
using System.Text.Json.Nodes;
using PyRepo.Release.Files;

namespace PyRepo.Release.Oci;

/// <summary>
/// Names a blob by its digest (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md"/>).
/// </summary>
sealed record Descriptor(string MediaType, string Digest, long Size)
{
    /// <summary>The processor that an image is for, as OCI calls it; null: any.</summary>
    public string? Architecture { get; init; }

    /// <summary>The kind of an artifact; null: the descriptor's media type says it.</summary>
    public string? ArtifactType { get; init; }

    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = Artifact.NoAnnotations;

    /// <summary>The digest as a part of a tag.</summary>
    public string DigestTag => Digest.Replace(':', '-');

    /// <summary>The descriptor of some bytes.</summary>
    public static Descriptor Of(string mediaType, ReadOnlySpan<byte> content) =>
        new(mediaType, $"sha256:{Sha256.Hex(content)}", content.Length);

    /// <summary>Reads what <see cref="ToJson"/> writes, as far as images of one platform have it.</summary>
    public static Descriptor Read(JsonNode json) =>
        new((string)json["mediaType"]!, (string)json["digest"]!, (long)json["size"]!);

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["mediaType"] = MediaType, ["digest"] = Digest, ["size"] = Size };
        if (ArtifactType is not null)
            json["artifactType"] = ArtifactType;
        if (Architecture is not null)
            json["platform"] = new JsonObject { ["architecture"] = Architecture, ["os"] = "linux" };
        if (!Annotations.IsEmpty)
            json["annotations"] = JsonBytes.Map(Annotations);
        return json;
    }

    /// <summary>The same with one annotation more.</summary>
    public Descriptor Annotate(string name, string value) =>
        this with { Annotations = Annotations.SetItem(name, value) };
}
