using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Yaml;
using PyRepo.Release.Notes;
using PyRepo.Release.Signing;

namespace PyRepo.Release.Charts;

/// <summary>
/// Annotations of a release's chart for <see href="https://artifacthub.io/docs/topics/annotations/helm">Artifact Hub</see>, in
/// addition to those that each chart has.
/// </summary>
static class ArtifactHub
{
    /// <summary>Writes them as lines below <c>annotations</c>.</summary>
    public static string Annotations(
        string version, IEnumerable<ReleasedImage> images, IEnumerable<Change> changes, SigningKey? key)
    {
        var lines = Annotation("images", new JsonArray([.. images.Select(Image)]))
            + Annotation("changes", new JsonArray([.. changes.Select(Described)]));
        return key is null ? lines : lines + Annotation("signKey", new JsonObject
        {
            ["fingerprint"] = key.Fingerprint,
            ["url"] = $"https://github.com/pyrepo/pyrepo/releases/download/v{version}/cosign.pub",
        });
    }

    static string Annotation(string name, JsonNode value)
    {
        var lines = YamlWriter.Write(value).TrimEnd('\n').Split('\n').Select(line => $"    {line}\n");
        return $"  artifacthub.io/{name}: |\n{string.Concat(lines)}";
    }

    static JsonObject Image(ReleasedImage image) => new()
    {
        ["name"] = image.Name,
        ["image"] = image.Reference,
        ["platforms"] = new JsonArray(
            [.. image.Platforms.Select(platform => (JsonNode)$"linux/{platform.Architecture}")]),
    };

    static JsonObject Described(Change change) =>
        new() { ["kind"] = change.Kind, ["description"] = change.Description };
}
