using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PyRepo.Release.Files;

/// <summary>Reads the project's own YAML as JSON.</summary>
static class YamlFile
{
    /// <summary>The documents of a file.</summary>
    public static IReadOnlyList<JsonObject> Read(string path) => Parse(File.ReadAllText(path));

    /// <summary>The documents of a text.</summary>
    public static IReadOnlyList<JsonObject> Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => Json(document.RootNode)!.AsObject())];
    }

    /// <summary>The document of a kind that has a name.</summary>
    public static JsonObject Find(this IEnumerable<JsonObject> documents, string kind, string name) => documents.Single(
        document => (string?)document["kind"] == kind && (string?)document["metadata"]?["name"] == name);

    static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(
            map.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, Json(child.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value ?? ""),
        YamlScalarNode text => text.Value,
        _ => throw new NotSupportedException($"{node} is no value of JSON"),
    };

    static JsonNode? Plain(string text) => text switch
    {
        "" or "null" or "~" => null,
        "true" => true,
        "false" => false,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
            number,
        _ => text,
    };
}
