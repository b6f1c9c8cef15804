using System.Text.Json;
using System.Text.Json.Serialization;

namespace EndToEnd.Clients;

/// <summary>A real distribution of the corpus, and what its MANIFEST.json says of it.</summary>
public sealed record CorpusFile
{
    [JsonPropertyName("filename")]
    public required string FileName { get; init; }

    /// <summary>The normalized name.</summary>
    public required string Project { get; init; }

    /// <summary>What the file name says, as it says it.</summary>
    public required string Version { get; init; }

    public required string Sha256 { get; init; }

    public required long Size { get; init; }

    /// <summary>What its own metadata say; null where they say nothing, or where it has none.</summary>
    public string? MetadataRequiresPython { get; init; }

    /// <summary>The SHA-256 of a wheel's METADATA; null: no wheel.</summary>
    public string? CoreMetadataSha256 { get; init; }

    /// <summary>The length of a wheel's METADATA in bytes.</summary>
    public int? CoreMetadataSize { get; init; }

    /// <summary>Null: the archive has no metadata.</summary>
    public string? MetadataVersion { get; init; }

    public string? MetadataName { get; init; }

    public string? MetadataVersionField { get; init; }

    /// <summary>Where it lies.</summary>
    [JsonIgnore]
    public string Path => Assets.GetPath("corpus", "files", FileName);

    /// <summary>All distributions of the corpus.</summary>
    public static IReadOnlyList<CorpusFile> All { get; } = Assets.Root is null ? [] : Read();

    /// <summary>The path of one.</summary>
    public static string GetPath(string fileName) => Assets.GetPath("corpus", "files", fileName);

    static List<CorpusFile> Read()
    {
        using var manifest = File.OpenRead(Assets.GetPath("corpus", "MANIFEST.json"));
        return JsonSerializer.Deserialize(manifest, CorpusJson.Default.ListCorpusFile)!;
    }
}
