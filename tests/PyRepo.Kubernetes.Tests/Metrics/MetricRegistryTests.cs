using PyRepo.Metrics;

namespace PyRepo.Kubernetes.Tests.Metrics;

public sealed class MetricRegistryTests
{
    static readonly MetricDefinition _gauge = new("a", MetricType.Gauge, "How a stands");
    static readonly MetricDefinition _labeled = new("c", MetricType.Gauge, "How \\ stands\nnow") { Labels = ["x"] };
    static readonly MetricDefinition _total = new("b_total", MetricType.Counter, "What b counts")
    {
        Labels = ["result"],
    };

    static readonly MetricDefinition _times = new("t_seconds", MetricType.Histogram, "Times")
    {
        Labels = ["x"],
        Bounds = [0.1, 1],
    };

    readonly MetricRegistry _registry = new();

    [Fact]
    public void Series_of_one_metric_are_grouped_under_one_header()
    {
        _registry.Counter(_total, "success").Increment();
        _registry.Gauge(_gauge, () => 1.5);
        _registry.Counter(_total, "error");
        _registry.Counter(_total, "success").Increment();
        Assert.Equal(
            """
            # HELP a How a stands
            # TYPE a gauge
            a 1.5
            # HELP b_total What b counts
            # TYPE b_total counter
            b_total{result="error"} 0
            b_total{result="success"} 2

            """,
            _registry.ToString());
    }

    [Fact]
    public void A_histogram_counts_in_each_bucket_all_that_took_no_longer()
    {
        var histogram = _registry.Histogram(_times, "y");
        foreach (var seconds in (double[])[0.1, 0.5, 2])
            histogram.Observe(TimeSpan.FromSeconds(seconds));
        Assert.Equal(
            """
            # HELP t_seconds Times
            # TYPE t_seconds histogram
            t_seconds_bucket{x="y",le="0.1"} 1
            t_seconds_bucket{x="y",le="1"} 2
            t_seconds_bucket{x="y",le="+Inf"} 3
            t_seconds_sum{x="y"} 2.6
            t_seconds_count{x="y"} 3

            """,
            _registry.ToString());
    }

    [Fact]
    public void A_labels_value_and_a_help_may_hold_any_text()
    {
        _registry.Gauge(_labeled, () => 0, "\"\\\n");
        Assert.Equal(
            """
            # HELP c How \\ stands\nnow
            # TYPE c gauge
            c{x="\"\\\n"} 0

            """,
            _registry.ToString());
    }

    [Fact]
    public void A_series_that_is_collected_at_each_scrape_is_gone_with_what_it_is_about()
    {
        var now = new List<Sample> { new(1, "one"), new(2, "two") };
        _registry.Collect(_labeled, () => now);
        Assert.Contains("c{x=\"two\"} 2\n", _registry.ToString(), StringComparison.Ordinal);
        now.RemoveAt(1);
        Assert.DoesNotContain("two", _registry.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_series_has_the_labels_and_the_type_of_its_definition()
    {
        Assert.Throws<ArgumentException>(() => _registry.Counter(_total));
        Assert.Throws<ArgumentException>(() => _registry.Counter(_gauge));
    }
}
