namespace PyRepo.Kubernetes.Metrics;

/// <summary>A label that distinguishes one series of a metric from another.</summary>
/// <param name="Name">Letters, digits and underscores.</param>
/// <param name="Value">Any text.</param>
public readonly record struct MetricLabel(string Name, string Value);
