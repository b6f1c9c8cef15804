using System.Text.Json;
using System.Text.Json.Serialization;

namespace EndToEnd;

/// <summary>A file on a page; its URL is absolute.</summary>
public sealed record PageFile(
    [property: JsonPropertyName("filename")] string FileName,
    [property: JsonPropertyName("url")] Uri Url,
    [property: JsonPropertyName("hashes")] IReadOnlyDictionary<string, string> Hashes,
    [property: JsonPropertyName("size")] long Size,
    [property: JsonPropertyName("upload-time")] DateTimeOffset UploadTime,
    [property: JsonPropertyName("requires-python")] string? RequiresPython,
    [property: JsonPropertyName("core-metadata")] IReadOnlyDictionary<string, string>? CoreMetadata,
    [property: JsonPropertyName("yanked")] JsonElement? Yanked)
{
    /// <summary>Its SHA-256.</summary>
    public string Sha256 => Hashes["sha256"];
}
