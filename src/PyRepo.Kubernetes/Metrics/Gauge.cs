namespace PyRepo.Kubernetes.Metrics;

/// <summary>How things stand; asked for when somebody looks.</summary>
public sealed class Gauge(Func<double> value) : Metric
{
    internal override string Type => "gauge";

    internal override void Write(PrometheusText text, string name, string labels) => text.Line(name, labels, value());
}
