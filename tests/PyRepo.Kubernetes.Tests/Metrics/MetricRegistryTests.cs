using PyRepo.Kubernetes.Metrics;

namespace PyRepo.Kubernetes.Tests.Metrics;

public sealed class MetricRegistryTests
{
    readonly MetricRegistry _registry = new();

    [Fact]
    public void Series_of_one_metric_are_grouped_under_one_header()
    {
        _registry.Counter("b_total", "What b counts.", new MetricLabel("result", "success")).Increment();
        _registry.Gauge("a", "How a stands.", () => 1.5);
        _registry.Counter("b_total", "What b counts.", new MetricLabel("result", "error"));
        _registry.Counter("b_total", "What b counts.", new MetricLabel("result", "success")).Increment();
        Assert.Equal(
            """
            # HELP a How a stands.
            # TYPE a gauge
            a 1.5
            # HELP b_total What b counts.
            # TYPE b_total counter
            b_total{result="error"} 0
            b_total{result="success"} 2

            """,
            _registry.Render());
    }

    [Fact]
    public void A_histogram_counts_in_each_bucket_all_that_took_no_longer()
    {
        var histogram = _registry.Histogram("t_seconds", "Times.", [0.1, 1], new MetricLabel("x", "y"));
        foreach (var seconds in (double[])[0.1, 0.5, 2])
            histogram.Observe(TimeSpan.FromSeconds(seconds));
        Assert.Equal(
            """
            # HELP t_seconds Times.
            # TYPE t_seconds histogram
            t_seconds_bucket{x="y",le="0.1"} 1
            t_seconds_bucket{x="y",le="1"} 2
            t_seconds_bucket{x="y",le="+Inf"} 3
            t_seconds_sum{x="y"} 2.6
            t_seconds_count{x="y"} 3

            """,
            _registry.Render());
    }

    [Fact]
    public void A_labels_value_may_hold_any_text()
    {
        _registry.Gauge("a", "A.", () => 0, new MetricLabel("x", "\"\\\n"));
        Assert.Contains("a{x=\"\\\"\\\\\\n\"} 0", _registry.Render(), StringComparison.Ordinal);
    }
}
