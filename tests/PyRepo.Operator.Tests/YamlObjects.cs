using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Objects;
using PyRepo.Operator.Manifests;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PyRepo.Operator.Tests;

/// <summary>Resources that tests write as users do.</summary>
static class YamlObjects
{
    /// <summary>
    /// All resources in a text, as a cluster would have them: each with a uid, a generation and an age.
    /// </summary>
    public static IReadOnlyList<DeclaredResource> Read(string yaml) => [.. ReadDocuments(yaml).Select(Declared)];

    /// <summary>The documents of resources in a text, as they are written.</summary>
    public static IEnumerable<JsonObject> ReadDocuments(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents.Select(d => Json(d.RootNode)!.AsObject())
            .Where(o => Resources.Resource.ApiVersions.Contains(o["apiVersion"]!.GetValue<string>()));
    }

    /// <summary>The one resource in a text.</summary>
    public static DeclaredResource ReadOne(string yaml) => Assert.Single(Read(yaml));

    /// <summary>A resource of a kind with the lines of its spec.</summary>
    public static DeclaredResource Make(string kind, string name, string spec = "", string annotations = "{}") =>
        ReadOne($$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: {{kind}}
        metadata: { name: {{name}}, annotations: {{annotations}} }
        spec: { {{spec.ReplaceLineEndings(" ")}} }
        """);

    /// <summary>The resource with another generation.</summary>
    public static DeclaredResource WithGeneration(this DeclaredResource resource, long generation) =>
        DeclaredResource.Read(
        resource.Source with { Metadata = resource.Source.Metadata with { Generation = generation } });

    static DeclaredResource Declared(JsonObject document)
    {
        var name = document["metadata"]!["name"]!.GetValue<string>();
        document["metadata"]!["namespace"] ??= "packages";
        document["metadata"]!["uid"] ??= $"00000000-0000-0000-0000-{name.Length:d12}";
        document["metadata"]!["generation"] ??= 3;
        document["metadata"]!["creationTimestamp"] ??= "2026-11-01T08:00:00Z";
        return DeclaredResource.Read(document.Deserialize(KubernetesJson.Default.CustomObject)!);
    }

    static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(
            map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, Json(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } flag => flag.Value == "true",
        YamlScalarNode { Style: ScalarStyle.Plain } plain when long.TryParse(plain.Value, out var number) => number,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "null" } => null,
        YamlScalarNode scalar => scalar.Value,
        _ => throw new NotSupportedException(node.ToString()),
    };
}
