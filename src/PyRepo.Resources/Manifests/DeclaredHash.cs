using System.Text;
using System.Text.Json;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Manifests;

/// <summary>
/// A digest of what a server acts on in the documents of its resources: <c>apiVersion</c>, <c>kind</c>, the name,
/// namespace and uid, and the spec without <c>server</c>. Neither the generation nor the number of pods changes it, nor
/// how the documents are written.
/// </summary>
public static class DeclaredHash
{
    /// <summary>Returns 64 hexadecimal digits. A document that cannot be read counts as it is.</summary>
    /// <param name="documents">The files' names and their texts.</param>
    public static string Compute(IEnumerable<(string Name, string Text)> documents) =>
        ContentHash.Compute(documents.Select(d => (d.Name, GetContent(d.Name, d.Text))));

    static byte[] GetContent(string name, string text)
    {
        var problems = new List<Diagnostic>();
        var read = YamlDocuments.Read(name, text, problems);
        if (problems.Count > 0 || read.Any(d => d.Problems.Length > 0 || d.Root is not MappingNode))
            return Encoding.UTF8.GetBytes(text);
        using var content = new MemoryStream();
        foreach (var document in read)
        {
            using var json = new Utf8JsonWriter(content);
            NodeJson.Write(json, ActedOn((MappingNode)document.Root));
        }
        return content.ToArray();
    }

    static MappingNode ActedOn(MappingNode resource) => Only(
        resource with
        {
            Entries = [.. resource.Entries.Select(entry => entry with
            {
                Value = (entry.Key, entry.Value) switch
                {
                    ("metadata", MappingNode metadata) =>
                        Only(metadata, field => field is "name" or "namespace" or "uid"),
                    ("spec", MappingNode spec) => Only(spec, field => field is not "server"),
                    _ => entry.Value,
                },
            })],
        },
        field => field is "apiVersion" or "kind" or "metadata" or "spec");

    static MappingNode Only(MappingNode map, Func<string, bool> isIncluded) =>
        map with { Entries = [.. map.Entries.Where(entry => isIncluded(entry.Key))] };
}
