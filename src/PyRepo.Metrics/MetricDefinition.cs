using System.Collections.Immutable;

namespace PyRepo.Metrics;

/// <summary>A metric: all of its series have this name, type and these labels.</summary>
/// <param name="Name">Small letters, digits and underscores; a counter's ends in <c>_total</c>.</param>
/// <param name="Type">The type.</param>
/// <param name="Help">Its meaning, as plain text. <c>/metrics</c> and <c>docs/metrics.md</c> have it.</param>
public sealed record MetricDefinition(string Name, MetricType Type, string Help)
{
    /// <summary>The names of the labels, in the order in which series give their values.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>Advice for people, as Markdown for <c>docs/metrics.md</c>. Empty if there is nothing to do.</summary>
    public string Advice { get; init; } = "";

    /// <summary>A histogram's upper bounds, rising, in the unit of its name; one more bucket has none.</summary>
    public ImmutableArray<double> Bounds { get; init; } = [];

    /// <summary>The names of its series: those of a histogram have endings.</summary>
    public ImmutableArray<string> SeriesNames =>
        Type is MetricType.Histogram ? [$"{Name}_bucket", $"{Name}_sum", $"{Name}_count"] : [Name];
}

/// <summary>The type of a metric.</summary>
public enum MetricType
{
    /// <summary>A number of events since the process began. It only rises.</summary>
    Counter,

    /// <summary>A state at the time of the scrape.</summary>
    Gauge,

    /// <summary>How many observations were at most as large as each of some bounds.</summary>
    Histogram,
}
