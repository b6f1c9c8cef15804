using System.Text.RegularExpressions;

namespace PyRepo.Testing;

/// <summary>A program's <c>/metrics</c>, and pages that name metrics.</summary>
public static partial class MetricsPage
{
    /// <summary>The metrics that <c>/metrics</c> declares, in their order.</summary>
    public static IReadOnlyList<string> GetNames(string metrics) =>
        [.. TypeLine.Matches(metrics).Select(line => line.Groups["name"].Value)];

    /// <summary>The metrics that <c>/metrics</c> has no series of.</summary>
    public static IReadOnlyList<string> GetEmpty(string metrics) =>
    [
        .. GetNames(metrics).Where(name => !metrics.Contains($"\n{name}{{", StringComparison.Ordinal)
            && !metrics.Contains($"\n{name} ", StringComparison.Ordinal)
            && !metrics.Contains($"\n{name}_count{{", StringComparison.Ordinal)),
    ];

    /// <summary>
    /// The metrics that a text names, without those of others; a histogram's series count as the histogram.
    /// </summary>
    public static IEnumerable<string> NamedIn(string text) =>
        Name.Matches(text).Select(name => SeriesOfHistogram.Replace(name.Value, "")).Distinct();

    [GeneratedRegex("^# TYPE (?<name>[a-z_]+) [a-z]+$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    static partial Regex TypeLine { get; }

    [GeneratedRegex(
        @"\b(?:pyrepo|dotnet|controller_runtime|workqueue|events|process|rest_client|leader_election)_[a-z_]*[a-z]\b(?!_)",
        RegexOptions.CultureInvariant)]
    static partial Regex Name { get; }

    [GeneratedRegex("(?<=_seconds)_(?:bucket|sum|count)$", RegexOptions.CultureInvariant)]
    static partial Regex SeriesOfHistogram { get; }
}
