using System.Collections.Immutable;
using PyRepo.Codegen.Crds;
using PyRepo.Resources.Fields;

namespace PyRepo.Codegen.Docs;

/// <summary>All that the reference says about a kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Fields">The fields of its spec.</param>
/// <param name="Rules">The rules that reject a resource.</param>
/// <param name="Updates">The rules that reject an update.</param>
/// <param name="Status">The fields of its status.</param>
sealed record KindReference(
    string Kind, ImmutableArray<ReferenceLine> Fields, ImmutableArray<ReferenceLine> Rules,
    ImmutableArray<ReferenceLine> Updates, ImmutableArray<ReferenceLine> Status)
{
    /// <summary>The lines about a kind with this schema.</summary>
    public static KindReference From(string kind, ObjectSchema schema)
    {
        var spec = schema.Fields.Single(field => field.Name == "spec").Schema;
        return new(
            kind,
            [.. FieldsBelow("spec", spec).Select(found => new ReferenceLine(found.Path, SpecCells(found)))],
            [
                .. schema.Rules.Select(rule => new ReferenceLine(rule.FieldPath, rule.Message))
                    .Concat(GetRules("spec", spec)).Distinct(),
            ],
            [.. spec.Transitions.Select(rule => new ReferenceLine($"spec.{rule.FieldPath}", rule.Message))],
            [
                .. FieldsBelow("status", StatusSchema.From(kind)).Select(found => new ReferenceLine(
                    found.Path, $"{SchemaText.From(found.Field.Schema)} | {found.Field.Doc}")),
            ]);
    }

    static string SpecCells((string Path, FieldSchema Field) found)
    {
        var (path, field) = found;
        var written = field.Required ? "required" : field.Default is null ? "" : $"`{field.Default}`";
        return $"{SchemaText.From(field.Schema)} | {written} | "
            + field.Doc.Replace("|", "\\|", StringComparison.Ordinal) + KubernetesFields.Describe(path, field.Schema);
    }

    /// <summary>The rules of a value and of all within it.</summary>
    static IEnumerable<ReferenceLine> GetRules(string path, Schema schema)
    {
        var own = schema.Rules.Select(rule =>
            new ReferenceLine(rule.FieldPath.Length == 0 ? path : $"{path}.{rule.FieldPath}", rule.Message));
        var all = own.Concat(Below(path, schema).SelectMany(part => GetRules(part.Path, part.Schema)));
        return KubernetesFields.Contains(path) ? all.Select(line => KubernetesFields.Shorten(path, line)) : all;
    }

    static IEnumerable<(string Path, FieldSchema Field)> FieldsBelow(string path, Schema schema) => schema switch
    {
        _ when KubernetesFields.Contains(path) => [],
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
}
