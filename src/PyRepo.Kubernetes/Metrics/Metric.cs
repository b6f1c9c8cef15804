namespace PyRepo.Kubernetes.Metrics;

/// <summary>One series: a metric's name with one set of labels.</summary>
public abstract class Metric
{
    internal abstract string Type { get; }

    internal abstract void Write(PrometheusText text, string name, string labels);
}
