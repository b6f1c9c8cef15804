using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Metrics;
using PyRepo.Operator.Controllers;

namespace PyRepo.Operator.Tests.Management;

/// <summary>The lists of the operator's metrics, of which <c>docs/metrics.md</c> is made.</summary>
public sealed class MetricsPageTests
{
    /// <summary>They need a resource, or a request.</summary>
    static readonly MetricDefinition[] _notHere =
    [
        ControllerRuntimeMetrics.ApiRequests, OperatorMetrics.BuildInfo, OperatorMetrics.ResourceCondition,
        OperatorMetrics.ResourceInfo, OperatorMetrics.SnapshotLast, OperatorMetrics.SnapshotDue,
        OperatorMetrics.SnapshotFailing,
    ];

    [Fact]
    public void The_operator_has_every_metric_of_its_lists_and_no_other()
    {
        var metrics = Render();
        Assert.Equal(
            ControllerRuntimeMetrics.All.Concat(OperatorMetrics.All).Select(metric => metric.Name)
                .Except([ControllerRuntimeMetrics.ApiRequests.Name, OperatorMetrics.BuildInfo.Name])
                .Order(StringComparer.Ordinal),
            MetricsPage.GetNames(metrics).Order(StringComparer.Ordinal));
        Assert.Empty(MetricsPage.GetEmpty(metrics).Except(_notHere.Select(metric => metric.Name)));
    }

    /// <summary>The names and the text are such as Prometheus wants them, but for one that is client-go's.</summary>
    [Fact]
    public async Task Promtool_takes_the_text()
    {
        Assert.SkipUnless(Promtool.Missing is null, Promtool.Missing ?? "");
        var (_, complaints) = await Promtool.RunAsync(Render(), "check", "metrics");
        Assert.Empty(complaints);
    }

    [Theory]
    [InlineData("pythonrepository")]
    [InlineData("proxyrepository")]
    [InlineData("repositorygroup")]
    [InlineData("server-status")]
    public void The_page_names_every_controller_and_queue(string name)
    {
        Assert.Contains($"controller=\"{name}\"", Render(), StringComparison.Ordinal);
        Assert.Contains(
            $"`{name}`", File.ReadAllText(SourceTree.At("docs", "metrics.md")), StringComparison.Ordinal);
    }

    /// <summary>An operator registers everything before it asks anything.</summary>
    static string Render()
    {
        using var folder = new TemporaryFolder();
        var metrics = new MetricRegistry();
        using var client = LivenessTests.GetClient(folder, TimeProvider.System);
        _ = new OperatorHost(
            client, Scenario.Settings, "me", null, metrics, TimeProvider.System, NullLogger.Instance);
        return metrics.ToString();
    }
}
