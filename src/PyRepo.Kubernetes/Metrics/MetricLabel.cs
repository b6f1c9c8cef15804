namespace PyRepo.Kubernetes.Metrics;

/// <summary>What tells one series of a metric from another.</summary>
/// <param name="Name">Letters, digits and underscores.</param>
/// <param name="Value">Any text.</param>
public readonly record struct MetricLabel(string Name, string Value);
