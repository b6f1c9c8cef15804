using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>Reads a kubeconfig's text, YAML or JSON.</summary>
static class KubeconfigText
{
    const int MaxDepth = 32;

    /// <exception cref="KubeconfigException">It is neither, or no kubeconfig.</exception>
    public static KubeconfigFile Parse(string path, string text)
    {
        try
        {
            var content = text.AsSpan().TrimStart().StartsWith("{") ? JsonNode.Parse(text) : ParseYaml(text);
            return content.Deserialize(ClientJson.Default.KubeconfigFile) ?? new();
        }
        catch (Exception error) when (error is YamlException or JsonException or InvalidOperationException)
        {
            throw new KubeconfigException($"The kubeconfig {path} can't be read: {error.Message}", error);
        }
    }

    static JsonNode? ParseYaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Count == 0 ? null : ToJson(stream.Documents[0].RootNode, 0);
    }

    static JsonNode? ToJson(YamlNode node, int depth) => node switch
    {
        _ when depth > MaxDepth => throw new JsonException("it is nested too deep."),
        YamlMappingNode map => new JsonObject(map.Children.Select(c => KeyValuePair.Create(
            (c.Key as YamlScalarNode)?.Value ?? throw new JsonException("a key must be a text."),
            ToJson(c.Value, depth + 1)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(c => ToJson(c, depth + 1))]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" } => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" } => JsonValue.Create(true),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "false" } => JsonValue.Create(false),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new JsonException($"a {node.NodeType} can't stand there."),
    };
}
