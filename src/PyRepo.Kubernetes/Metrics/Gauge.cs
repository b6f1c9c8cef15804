namespace PyRepo.Kubernetes.Metrics;

/// <summary>A value at the time of the scrape.</summary>
public sealed class Gauge(Func<double> value) : Metric
{
    internal override string Type => "gauge";

    internal override void Write(PrometheusText text, string name, string labels) => text.Line(name, labels, value());
}
