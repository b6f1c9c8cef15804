using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Codegen.Crds;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Crds;
using PyRepo.Resources;
using PyRepo.Resources.Fields;

namespace PyRepo.Codegen.Tests;

public sealed class GeneratedFilesTests
{
    [Fact]
    public void The_generated_files_are_up_to_date() => Assert.Empty(GeneratedFiles.Stale(SourceTree.Root));

    [Fact]
    public void A_folder_contains_only_generated_definitions_and_roles()
    {
        var made = GeneratedFiles.All().Keys.Select(name => SourceTree.At(name)).ToHashSet();
        string[] folders = ["crd", "rbac"];
        Assert.All(
            folders.SelectMany(folder => TestFiles.In(SourceTree.At("config", folder))),
            file => Assert.Contains(file, made));
    }

    [Fact]
    public void The_versions_of_a_kind_have_the_same_schema_columns_and_subresources_and_the_newest_is_stored() =>
        Assert.All(ResourceDefinitions.All, definition =>
        {
            Assert.Equal(["v1alpha1", "v1beta1"], definition.Spec.Versions.Select(version => version.Name));
            Assert.Equal([false, true], definition.Spec.Versions.Select(version => version.Storage));
            Assert.Single(definition.Spec.Versions.Select(version => WithoutTexts(
                ToJson(version with { Name = "", Storage = true }))).Distinct());
        });

    /// <summary>
    /// kubectl keeps what it applies in an annotation, in which some characters become six, and annotations may have 256
    /// KiB with their names.
    /// </summary>
    [Fact]
    public void A_definition_is_short_enough_for_kubectl_apply() => Assert.All(ResourceDefinitions.All, definition =>
    {
        var json = KubernetesJson.Write(definition, KubernetesJson.Default.CustomResourceDefinition);
        var escaped = Encoding.UTF8.GetString(json).Count(c => c is '<' or '>' or '&');
        Assert.InRange(json.Length + (5 * escaped), 1, 255 * 1024);
    });

    /// <summary>Only the stored version has descriptions, and messages for those that fail.</summary>
    static string WithoutTexts(string json)
    {
        var node = JsonNode.Parse(json)!;
        Remove(node);
        return node.ToJsonString();

        static void Remove(JsonNode? node)
        {
            if (node is JsonObject { } schema)
            {
                // A field may have this name, too.
                if (schema["description"] is JsonValue)
                    schema.Remove("description");
                if (schema["messageExpression"] is JsonValue)
                    schema.Remove("message");
                foreach (var (_, value) in schema)
                    Remove(value);
            }
            else if (node is JsonArray items)
            {
                foreach (var item in items)
                    Remove(item);
            }
        }
    }

    static string ToJson(CustomResourceVersion version) =>
        JsonSerializer.Serialize(version, KubernetesJson.Default.CustomResourceVersion);

    [Fact]
    public void Every_field_is_described() => Assert.All(Fields(), field =>
        Assert.False(string.IsNullOrEmpty(field.Schema.Description), field.Path));

    [Fact]
    public void Every_text_list_and_map_is_bounded() => Assert.All(
        Fields().SelectMany(field => Below(field.Path, field.Schema)).Concat(Fields()).DistinctBy(field => field.Path),
        field => Assert.True(field.Schema switch
        {
            { Type: "string" } text => text.MaxLength is not null,
            { Type: "array" } list => list.MaxItems is not null,
            { AdditionalProperties: not null } map => map.MaxProperties is not null,
            { IsIntOrString: true } quantity => quantity.MaxLength is not null,
            _ => true,
        }, field.Path));

    [Fact]
    public void Only_replicas_observedGeneration_and_empty_objects_have_stored_defaults() =>
        Assert.Equal(
        ["spec {}", "spec.server {}", "spec.server.replicas 1", "status {\"observedGeneration\":-1}"],
        Fields().Where(field => field.Schema.Default is not null)
            .Select(field => $"{field.Path} {field.Schema.Default!.ToJsonString()}").Distinct());

    [Fact]
    public void No_file_uses_anything_unknown_to_Kubernetes_1_30() => Assert.All(GeneratedFiles.All(), file =>
    {
        Assert.DoesNotContain("nullable", file.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("selectableFields", file.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("optionalOldSelf", file.Value, StringComparison.Ordinal);
    });

    [Fact]
    public void The_reference_describes_every_field_in_a_row_with_its_default() => Assert.All(
        Fields().Where(field => field.Path.Contains('.') && !IsInFieldOfKubernetes(field.Path)),
        field => Assert.Contains(Reference, line => IsRowOf(line, field.Path, field.Schema.Description!)));

    [Fact]
    public void The_reference_names_what_is_in_a_field_of_Kubernetes_and_links_to_its_page() => Assert.All(
        Fields().Where(field => IsInFieldOfKubernetes(field.Path)),
        field =>
        {
            var top = _fieldsOfKubernetes.First(name => IsWithin(field.Path, name));
            var row = Assert.Single(Reference, line => line.StartsWith($"| `{top}", StringComparison.Ordinal));
            Assert.Contains($"`{field.Path[(field.Path.LastIndexOf('.') + 1)..]}`", row, StringComparison.Ordinal);
            Assert.Contains("](https://kubernetes.io/docs/", row, StringComparison.Ordinal);
        });

    [Fact]
    public void The_reference_has_each_rule_of_a_resource() => Assert.All(
        new[] { PythonRepository.Type.Schema, ProxyRepository.Type.Schema, RepositoryGroup.Type.Schema }
            .SelectMany(schema => GetRules(GetSpec(schema)).Concat(schema.Rules)),
        rule => Assert.Contains(Reference, line => line.StartsWith("- `", StringComparison.Ordinal)
            && line.Contains(rule.FieldPath[(rule.FieldPath.LastIndexOf('.') + 1)..], StringComparison.Ordinal)
            && line.EndsWith($" {rule.Message}.", StringComparison.Ordinal)));

    [Fact]
    public void The_reference_says_nothing_twice() =>
        Assert.Empty(Reference.Where(line => line is ['|' or '-', ' ', '`', ..]).GroupBy(line => line)
            .Where(same => same.Count() > 1).Select(same => same.Key));

    static readonly string[] _fieldsOfKubernetes =
        ["spec.server.affinity", "spec.server.tolerations", "spec.server.topologySpreadConstraints"];

    static string[] Reference { get; } = GeneratedFiles.All()["docs/reference.md"].Split('\n');

    /// <summary>Whether a line has the text and the default of the CRD's description.</summary>
    static bool IsRowOf(string line, string path, string description)
    {
        var parts = description.Replace("|", "\\|", StringComparison.Ordinal).Split(" Default: ");
        return line.StartsWith($"| `{path}`", StringComparison.Ordinal)
            && line.Contains(parts[0], StringComparison.Ordinal)
            && parts.Skip(1).All(written => line.Contains($"| `{written[..^1]}` |", StringComparison.Ordinal));
    }

    static Schema GetSpec(Schema kind) => ((ObjectSchema)kind).Fields.Single(field => field.Name == "spec").Schema;

    static IEnumerable<RuleSchema> GetRules(Schema schema) =>
    [
        .. schema.Rules,
        .. schema.Transitions,
        .. schema switch
        {
            ObjectSchema found => found.Fields.SelectMany(field => GetRules(field.Schema)),
            ListSchema list => GetRules(list.Items),
            MapSchema map => GetRules(map.Values),
            _ => [],
        },
    ];

    static bool IsInFieldOfKubernetes(string path) => _fieldsOfKubernetes.Any(name => IsWithin(path, name));

    static bool IsWithin(string path, string field) =>
        path.StartsWith($"{field}.", StringComparison.Ordinal)
        || path.StartsWith($"{field}[", StringComparison.Ordinal);

    /// <summary>All fields of the specs and statuses.</summary>
    static IEnumerable<(string Path, StructuralSchema Schema)> Fields() =>
        from definition in ResourceDefinitions.All
        let root = definition.Spec.Versions.Single(version => version.Storage).Schema.Root
        from part in new[] { "spec", "status" }
        from field in Below(part, root.Properties![part]).Prepend((Path: part, Schema: root.Properties[part]))
        where !field.Path.EndsWith(']') && !field.Path.EndsWith('*')
        select field;

    static IEnumerable<(string Path, StructuralSchema Schema)> Below(string path, StructuralSchema schema)
    {
        (string Path, StructuralSchema Schema)[] parts =
        [
            .. (schema.Properties ?? new Dictionary<string, StructuralSchema>())
                .Select(field => ($"{path}.{field.Key}", field.Value)),
            .. Part($"{path}[]", schema.Items),
            .. Part($"{path}.*", schema.AdditionalProperties),
        ];
        return parts.Concat(parts.SelectMany(part => Below(part.Path, part.Schema)));
    }

    static (string, StructuralSchema)[] Part(string path, StructuralSchema? schema) =>
        schema is null ? [] : [(path, schema)];
}
