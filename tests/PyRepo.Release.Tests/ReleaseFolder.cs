using System.Text.Json.Nodes;

namespace PyRepo.Release.Tests;

/// <summary>A release as its user finds it.</summary>
sealed record ReleaseFolder(string Path)
{
    /// <summary>The names of its layouts, which are repositories of a registry.</summary>
    public static IReadOnlyList<string> Layouts { get; } =
        ["charts/pyrepo-operator", "pyrepo", "pyrepo-operator", "pyrepo-operator-bundle"];

    /// <summary>All files, by their paths in it.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => new SortedDictionary<string, byte[]>(
        Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).ToDictionary(
            file => System.IO.Path.GetRelativePath(Path, file), File.ReadAllBytes), StringComparer.Ordinal);

    public string Text(string name) => File.ReadAllText(System.IO.Path.Combine(Path, name));

    public JsonNode Json(string name) => JsonNode.Parse(Text(name))!;

    /// <summary>The bytes of a blob.</summary>
    public byte[] Blob(string layout, JsonNode descriptor) => File.ReadAllBytes(System.IO.Path.Combine(
        Path, "oci", layout, "blobs", ((string)descriptor["digest"]!).Replace(':', '/')));

    public JsonNode Document(string layout, JsonNode descriptor) => JsonNode.Parse(Blob(layout, descriptor))!;

    /// <summary>The tags of a layout, and what they name.</summary>
    public IReadOnlyDictionary<string, JsonNode> Tags(string layout) =>
        Json($"oci/{layout}/index.json")["manifests"]!.AsArray().ToDictionary(
            entry => (string)entry!["annotations"]!["org.opencontainers.image.ref.name"]!, entry => entry!);

    /// <summary>The manifest that a version's tag names.</summary>
    public JsonNode Version(string layout) => Tags(layout)[ReleaseFixture.Version];

    /// <summary>Descriptors of what refers to a manifest.</summary>
    public IReadOnlyList<JsonNode> Referrers(string layout, JsonNode subject) =>
        Tags(layout).TryGetValue(TagOf(subject), out var index)
            ? [.. Document(layout, index)["manifests"]!.AsArray().Select(entry => entry!)] : [];

    /// <summary>A manifest's digest as a part of a tag.</summary>
    public static string TagOf(JsonNode manifest) => ((string)manifest["digest"]!).Replace(':', '-');
}
