using System.Text;
using PyRepo.Codegen.Crds;
using PyRepo.Resources;
using PyRepo.Resources.Fields;

namespace PyRepo.Codegen.Docs;

/// <summary><c>docs/reference.md</c>: every field of the three kinds, with its default and its rules.</summary>
static class FieldReference
{
    const string Introduction = """
        # Every field

        <!-- Made by ./dev generate from src/PyRepo.Resources. -->

        This page lists the fields of the three kinds of `pyrepo.dev/v1alpha1`, which `kubectl explain KIND.spec --recursive`
        also shows. `[]` stands for each item of a list, and `*` for each key of a map. The column "default" has the default
        of an optional field; if it is empty, the description says what omitting the field means. The API server, the server
        and `pyrepo check` reject what breaks a rule, with the same message.

        A field that begins with "Not supported yet" has no effect; a resource that sets it has the condition
        `UnsupportedFields`.

        Names of resources are DNS labels that start with a letter, at most 52 characters long.

        """;

    /// <summary>The page.</summary>
    public static string Write()
    {
        var page = new StringBuilder(Introduction);
        WriteKind(page, PythonRepository.KindName, UnsupportedMarks.Apply(PythonRepository.Type.Schema));
        WriteKind(page, ProxyRepository.KindName, UnsupportedMarks.Apply(ProxyRepository.Type.Schema));
        WriteKind(page, RepositoryGroup.KindName, UnsupportedMarks.Apply(RepositoryGroup.Type.Schema));
        return page.ToString();
    }

    static void WriteKind(StringBuilder page, string kind, ObjectSchema schema)
    {
        var spec = schema.Fields.Single(field => field.Name == "spec");
        page.Append($"\n## {kind}\n\n| field | what it holds | default | |\n|---|---|---|---|\n");
        WriteFields(page, "spec", spec.Schema);
        WriteRules(page, kind, schema, spec.Schema);
        page.Append("\n### Status\n\n| field | what it holds | |\n|---|---|---|\n");
        foreach (var (path, field) in FieldsBelow("status", StatusSchema.Of(kind)))
            page.Append($"| `{path}` | {Describe(field.Schema)} | {field.Doc} |\n");
    }

    static void WriteFields(StringBuilder page, string path, Schema schema)
    {
        foreach (var (at, field) in FieldsBelow(path, schema))
        {
            var written = field.Required ? "required" : field.Default is null ? "" : $"`{field.Default}`";
            page.Append($"| `{at}` | {Describe(field.Schema)} | {written} | {Cell(field.Doc)} |\n");
        }
    }

    static void WriteRules(StringBuilder page, string kind, Schema root, Schema spec)
    {
        page.Append($"\n### Rules\n\nA {kind} is rejected if:\n\n");
        var rules = RulesOf("", root, isRoot: true).Concat(RulesOf("spec", spec, isRoot: false));
        foreach (var (path, rule) in rules.Distinct())
            page.Append($"- `{path}` {rule}.\n");
        if (spec.Transitions.IsEmpty)
            return;
        page.Append($"\nAn update of a {kind} is rejected if:\n\n");
        foreach (var rule in spec.Transitions)
            page.Append($"- `spec.{rule.FieldPath}` {rule.Message}.\n");
    }

    /// <summary>The rules of a value, and of all within it unless it is the root.</summary>
    static IEnumerable<(string Path, string Message)> RulesOf(string path, Schema schema, bool isRoot)
    {
        foreach (var rule in schema.Rules)
            yield return (string.Join(
                '.', new[] { path, rule.FieldPath }.Where(part => part.Length > 0)), rule.Message);
        if (isRoot)
            yield break;
        foreach (var below in Below(path, schema).SelectMany(part => RulesOf(part.Path, part.Schema, isRoot: false)))
            yield return below;
    }

    static IEnumerable<(string Path, FieldSchema Field)> FieldsBelow(string path, Schema schema) => schema switch
    {
        ObjectSchema found => found.Fields.SelectMany(field =>
            FieldsBelow($"{path}.{field.Name}", field.Schema).Prepend(($"{path}.{field.Name}", field))),
        _ => Below(path, schema).SelectMany(part => FieldsBelow(part.Path, part.Schema)),
    };

    static IEnumerable<(string Path, Schema Schema)> Below(string path, Schema schema) => schema switch
    {
        ObjectSchema found => found.Fields.Select(field => ($"{path}.{field.Name}", field.Schema)),
        ListSchema list => [($"{path}[]", list.Items)],
        MapSchema map => [($"{path}.*", map.Values)],
        _ => [],
    };

    static string Describe(Schema schema) => schema switch
    {
        StringSchema { Enum.IsEmpty: false } text => string.Join(", ", text.Enum.Select(word => $"`{word}`")),
        StringSchema { Pattern: PyRepo.Resources.Fields.TimestampType.Pattern } => "time (RFC 3339)",
        StringSchema { Pattern: PyRepo.Resources.Values.Duration.Pattern } => "duration, as `1h30m` or `7d`",
        StringSchema text => $"text, at most {text.MaxLength} characters",
        IntegerSchema { Maximum: > int.MaxValue } => "whole number",
        IntegerSchema number => $"whole number, {number.Minimum} to {number.Maximum}",
        BooleanSchema => "`true` or `false`",
        QuantitySchema => "quantity, as `10Gi`",
        ListSchema list => $"list, {list.MinItems} to {list.MaxItems} items" + OfItems(list.Items),
        MapSchema map => $"map, {map.MinEntries} to {map.MaxEntries} entries" + OfItems(map.Values),
        _ => "object",
    };

    static string OfItems(Schema items) => items is ObjectSchema ? "" : $": {Describe(items)}";

    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
