using System.Collections.Immutable;
using System.Text;
using PyRepo.Codegen.Monitoring;
using PyRepo.Metrics;

namespace PyRepo.Codegen.Docs;

/// <summary>The tables of <c>docs/metrics.md</c>: each metric of the two programs, and each alert.</summary>
static class MetricTable
{
    /// <summary>The page with the tables as they are now.</summary>
    /// <exception cref="InvalidDataException">The page lacks the place for one.</exception>
    public static string WriteInto(string page)
    {
        page = MadePart.Replace(page, "The server's metrics", Write(ServerMetrics.All));
        page = MadePart.Replace(
            page, "The operator's metrics", Write([.. ControllerRuntimeMetrics.All, .. OperatorMetrics.All]));
        return MadePart.Replace(page, "The alerts", Write(Alerts.All));
    }

    static string Write(ImmutableArray<MetricDefinition> metrics)
    {
        var text = new StringBuilder("""
            | Metric | Type | Labels | What it is | What to do |
            |---|---|---|---|---|

            """);
        foreach (var metric in metrics)
        {
#pragma warning disable CA1308 // As Prometheus writes types.
            var type = metric.Type.ToString().ToLowerInvariant();
#pragma warning restore CA1308
            var labels = string.Join(", ", metric.Labels.Select(label => $"`{label}`"));
            var help = metric.Help.Replace("<", "&lt;", StringComparison.Ordinal);
            text.Append($"| `{metric.Name}` | {type} | {labels} | {help} | {metric.Advice} |\n".Replace(
                "|  |", "| |", StringComparison.Ordinal));
        }
        return text.ToString();
    }

    static string Write(ImmutableArray<Alert> alerts)
    {
        var text = new StringBuilder("""
            | Alert | Severity | After | Runbook |
            |---|---|---|---|

            """);
        foreach (var alert in alerts)
        {
#pragma warning disable CA1308 // As in the rules.
            var severity = alert.Severity.ToString().ToLowerInvariant();
#pragma warning restore CA1308
            var after = alert.For.Length > 0 ? alert.For : "at once";
            text.Append($"| `{alert.Name}` | {severity} | {after} | [what to do](runbooks.md#{alert.Anchor}) |\n");
        }
        return text.ToString();
    }
}
