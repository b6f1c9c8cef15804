using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Kubernetes.Metrics;
using PyRepo.Operator.Controllers;

namespace PyRepo.Operator.Tests.Management;

/// <summary><c>docs/metrics.md</c> has the operator's metrics as they are.</summary>
public sealed class MetricsPageTests
{
    const string Heading = "The operator";

    [Fact]
    public void The_page_has_every_metric_with_its_type_and_labels_and_no_other()
    {
        var metrics = Render();
        Assert.Equal(MetricsPage.GetTypes(metrics), MetricsPage.TypesBelow(Heading));
        var told = MetricsPage.LabelsBelow(Heading);
        Assert.Equal(told.OrderBy(metric => metric.Key), MetricsPage.GetLabels(metrics).OrderBy(metric => metric.Key));
    }

    [Theory]
    [InlineData("pythonrepository")]
    [InlineData("proxyrepository")]
    [InlineData("repositorygroup")]
    [InlineData("server-status")]
    public void The_page_names_every_controller_and_queue(string name)
    {
        Assert.Contains($"controller=\"{name}\"", Render(), StringComparison.Ordinal);
        Assert.Contains($"`{name}`", MetricsPage.Text, StringComparison.Ordinal);
    }

    /// <summary>An operator registers everything before it asks anything.</summary>
    static string Render()
    {
        using var folder = new TemporaryFolder();
        var metrics = new MetricRegistry();
        using var client = LivenessTests.GetClient(folder, TimeProvider.System);
        _ = new OperatorHost(
            client, Scenario.Settings, "me", null, metrics, TimeProvider.System, NullLogger.Instance);
        return metrics.Render();
    }
}
