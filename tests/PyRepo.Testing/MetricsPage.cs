using System.Text.RegularExpressions;

namespace PyRepo.Testing;

/// <summary><c>docs/metrics.md</c>, and a program's <c>/metrics</c> to compare it with.</summary>
public static partial class MetricsPage
{
    /// <summary>The text of the page.</summary>
    public static string Text => File.ReadAllText(SourceTree.At("docs", "metrics.md"));

    /// <summary>The names of the table below a heading, each with its type: <c>NAME TYPE</c>, in their order.</summary>
    public static IReadOnlyList<string> TypesBelow(string heading) =>
        [.. RowsBelow(heading).Select(row => $"{row.Name} {row.Type}").Order(StringComparer.Ordinal)];

    /// <summary>The labels of each metric in the table below a heading: <c>a, b</c>.</summary>
    public static IReadOnlyDictionary<string, string> LabelsBelow(string heading) =>
        RowsBelow(heading).ToDictionary(row => row.Name, row => row.Labels);

    /// <summary>What <c>/metrics</c> declares: <c>NAME TYPE</c>, in their order.</summary>
    public static IReadOnlyList<string> GetTypes(string metrics) =>
        [.. TypeLine.Matches(metrics).Select(line => line.Groups["type"].Value).Order(StringComparer.Ordinal)];

    /// <summary>The labels of each metric that <c>/metrics</c> has a series of: <c>a, b</c>.</summary>
    public static IReadOnlyDictionary<string, string> GetLabels(string metrics)
    {
        var types = GetTypes(metrics).Select(line => line.Split(' ')).ToDictionary(line => line[0], line => line[1]);
        var labels = new Dictionary<string, string>();
        foreach (Match sample in SampleLine.Matches(metrics))
        {
            var name = sample.Groups["name"].Value;
            name = types.ContainsKey(name) ? name : name[..name.LastIndexOf('_')];
            labels[name] = string.Join(", ", sample.Groups["label"].Captures.Select(c => c.Value).Where(l => l != "le")
                .Order(StringComparer.Ordinal));
        }
        return labels;
    }

    /// <summary>
    /// The metrics that a text names, without those of others; a histogram's series count as the histogram.
    /// </summary>
    public static IEnumerable<string> NamedIn(string text) =>
        Name.Matches(text).Select(name => SeriesOfHistogram.Replace(name.Value, "")).Distinct();

    static IEnumerable<(string Name, string Type, string Labels)> RowsBelow(string heading) =>
        from row in Row.Matches(Text.Split($"\n## {heading}\n")[1].Split("\n## ")[0])
        select (row.Groups["name"].Value, row.Groups["type"].Value,
            string.Join(", ", row.Groups["labels"].Value.Replace("`", "", StringComparison.Ordinal)
                .Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal)));

    [GeneratedRegex(
        @"^\| `(?<name>[a-z_]+)` \| (?<type>\w+) \| (?<labels>[^|]*?) ?\| [^|]+ \|(?: [^|]+)? \|$",
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    static partial Regex Row { get; }

    [GeneratedRegex("^# TYPE (?<type>[a-z_]+ [a-z]+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    static partial Regex TypeLine { get; }

    [GeneratedRegex(
        """^(?<name>[a-z_]+)(?:\{(?:(?<label>[a-z]+)="[^"]*",?)+\})? """,
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    static partial Regex SampleLine { get; }

    [GeneratedRegex(
        @"\b(?:pyrepo|controller_runtime|workqueue|events|process)_[a-z_]*[a-z]\b(?!_)", RegexOptions.CultureInvariant)]
    static partial Regex Name { get; }

    [GeneratedRegex("(?<=_seconds)_(?:bucket|sum|count)$", RegexOptions.CultureInvariant)]
    static partial Regex SeriesOfHistogram { get; }
}
