using System.Collections.Immutable;
using System.Text;
using PyRepo.Codegen.Crds;
using PyRepo.Resources;

namespace PyRepo.Codegen.Docs;

/// <summary>
/// <c>docs/reference.md</c>: every field of the three kinds, with its default and its rules. What several kinds have is
/// there once, below "Common fields".
/// </summary>
sealed class FieldReference
{
    const string Introduction = """
        # Field reference

        <!-- Made by ./dev generate from src/PyRepo.Resources. -->

        This page lists every field of the three kinds of `pyrepo.dev/v1beta1`, for anyone who writes manifests.
        `kubectl explain KIND.spec --recursive` shows the same.

        - Fields of several kinds are listed once, under [Common fields](#common-fields).
        - `[]` stands for each item of a list, `*` for each key of a map, and `…` for any fields in between.
        - The column "Default" has the default of an optional field. If it is empty, the description says what
          omitting the field means.
        - The API server, the server and `pyrepo check` reject a resource that breaks a rule, with the same message.
        - A field that begins with "Not supported yet" has no effect. A resource that sets it has the condition
          `UnsupportedFields`.

        Names of resources are DNS labels that start with a letter, at most 52 characters long.

        """;

    const string FieldTable = "| Field | Type | Default | Description |\n|---|---|---|---|\n";
    const string StatusTable = "| Field | Type | Description |\n|---|---|---|\n";
    const string Status = "Status of all kinds";

    readonly StringBuilder _page = new(Introduction);

    readonly ImmutableArray<KindReference> _kinds =
    [
        KindReference.From(PythonRepository.KindName, UnsupportedMarks.Apply(PythonRepository.Type.Schema)),
        KindReference.From(ProxyRepository.KindName, UnsupportedMarks.Apply(ProxyRepository.Type.Schema)),
        KindReference.From(RepositoryGroup.KindName, UnsupportedMarks.Apply(RepositoryGroup.Type.Schema)),
    ];

    /// <summary>The page.</summary>
    public static string Write()
    {
        var reference = new FieldReference();
        foreach (var kind in reference._kinds)
            reference.WriteKind(kind);
        reference.WriteCommon();
        return reference._page.ToString();
    }

    void WriteKind(KindReference kind)
    {
        _page.Append($"\n## {kind.Kind}\n\nCommon fields: ");
        var common = kind.Fields.Select(line => line.Top).Distinct().Where(IsCommon);
        _page.AppendJoin(", ", common.Select(LinkTo)).Append($", and the [status](#{GetAnchor(Status)}).\n");
        WriteLines(FieldTable, [kind], each => each.Fields, line => !IsCommon(line.Top), GetRow);
        WriteLines(
            $"### Rules\n\nA {kind.Kind} is rejected if:\n\n", [kind], each => each.Rules, line => !IsCommon(line.Top),
            GetItem);
        WriteLines(
            $"An update of a {kind.Kind} is rejected if:\n\n", [kind], each => each.Updates,
            line => !IsCommon(line.Top), GetItem);
        WriteLines(
            $"### Status of a {kind.Kind}\n\n{StatusTable}", [kind], each => each.Status, line => !IsCommon(line.Top),
            GetRow);
    }

    void WriteCommon()
    {
        _page.Append("\n## Common fields\n\nAll kinds have these fields, unless a line names some kinds.\n");
        foreach (var field in CommonFields)
        {
            var kinds = KindsWith(field);
            _page.Append($"\n### {field}\n");
            if (kinds.Length < _kinds.Length)
                _page.Append($"\nOf {string.Join(" and ", kinds.Select(kind => kind.Kind))}.\n");
            WriteLines(FieldTable, kinds, each => each.Fields, line => line.Top == field, GetRow);
            WriteLines("A resource is rejected if:\n\n", kinds, each => each.Rules, line => line.Top == field, GetItem);
            WriteLines(
                "An update is rejected if:\n\n", kinds, each => each.Updates, line => line.Top == field, GetItem);
        }
        WriteLines($"### {Status}\n\n{StatusTable}", _kinds, each => each.Status, line => IsCommon(line.Top), GetRow);
    }

    /// <summary>
    /// Writes each of the chosen lines once, those about a field one after another. A line that not all kinds have
    /// names those that do.
    /// </summary>
    void WriteLines(
        string heading, ImmutableArray<KindReference> kinds, Func<KindReference, IEnumerable<ReferenceLine>> linesOf,
        Func<ReferenceLine, bool> isChosen, Func<ReferenceLine, string, string> format)
    {
        var lines = kinds.SelectMany(linesOf).Where(isChosen).Distinct().GroupBy(line => line.Path)
            .SelectMany(about => about).ToList();
        if (lines.Count == 0)
            return;
        _page.Append('\n').Append(heading);
        foreach (var line in lines)
        {
            var having = kinds.Where(kind => linesOf(kind).Contains(line)).Select(kind => kind.Kind).ToList();
            _page.Append(format(line, having.Count == kinds.Length ? "" : $" ({string.Join(", ", having)})"));
        }
    }

    static string GetRow(ReferenceLine line, string having) => $"| `{line.Path}`{having} | {line.Text} |\n";

    static string GetItem(ReferenceLine line, string having) => $"- `{line.Path}`{having} {line.Text}.\n";

    IEnumerable<string> CommonFields =>
        _kinds.SelectMany(kind => kind.Fields.Select(line => line.Top)).Distinct().Where(IsCommon);

    bool IsCommon(string field) => KindsWith(field).Length > 1;

    ImmutableArray<KindReference> KindsWith(string field) =>
        [.. _kinds.Where(kind => kind.Fields.Concat(kind.Status).Any(line => line.Top == field))];

    static string LinkTo(string field) => $"[`{field}`](#{GetAnchor(field)})";

    /// <summary>Returns a heading's anchor in links.</summary>
    static string GetAnchor(string heading) =>
        heading.Replace(".", "", StringComparison.Ordinal).Replace(' ', '-').ToLowerInvariant();
}
