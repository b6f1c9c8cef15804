using System.Text.Json;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Manifests;

/// <summary>
/// Writes what manifests say of the policies of proxies: each ProxyRepository with nothing but its policy, and the
/// ConfigMaps. Secrets, and what else may lie in the same file, are not in it.
/// </summary>
public static class PolicyExcerpt
{
    /// <summary>Returns a List, as JSON.</summary>
    /// <param name="sources">Manifests without problems.</param>
    public static byte[] Write(IEnumerable<ManifestSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        using var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "v1");
            json.WriteString("kind", "List");
            json.WriteStartArray("items");
            foreach (var document in sources.SelectMany(ReadAll).SelectMany(GetItems))
            {
                if (GetExcerpt(document) is { } excerpt)
                    NodeJson.Write(json, excerpt);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return content.ToArray();
    }

    static IEnumerable<Node> ReadAll(ManifestSource source)
    {
        var problems = new List<Diagnostic>();
        var text = source.Text.TrimStart('\uFEFF');
        return (source.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? JsonDocuments.Read(source.Name, text, problems)
            : YamlDocuments.Read(source.Name, text, problems)).Select(document => document.Root);
    }

    static IEnumerable<MappingNode> GetItems(Node root) => root switch
    {
        MappingNode map when IsOfKind(map, "List") && map.Find("items") is SequenceNode list =>
            list.Items.SelectMany(GetItems),
        MappingNode map => [map],
        _ => [],
    };

    static MappingNode? GetExcerpt(MappingNode document) =>
        IsOfKind(document, "ConfigMap") ? Only(document, ["apiVersion", "kind", "metadata", "data"])
        : IsOfKind(document, ProxyRepository.KindName) ? Only(document, ["apiVersion", "kind", "metadata", "spec"])
        : null;

    static MappingNode Only(MappingNode document, string[] fields) => document with
    {
        Entries =
        [
            .. document.Entries.Where(entry => fields.Contains(entry.Key)).Select(entry => entry with
            {
                Value = (entry.Key, entry.Value) switch
                {
                    ("metadata", MappingNode metadata) => Only(metadata, ["name", "namespace"]),
                    ("spec", MappingNode spec) => Only(spec, ["policy"]),
                    _ => entry.Value,
                },
            }),
        ],
    };

    static bool IsOfKind(MappingNode document, string kind) =>
        document.Find("kind") is ScalarNode { ScalarKind: ScalarKind.Text } scalar && scalar.Value == kind;
}
