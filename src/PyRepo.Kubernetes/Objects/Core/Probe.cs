namespace PyRepo.Kubernetes.Objects.Core;

public sealed record Probe
{
    public HttpProbe? HttpGet { get; init; }

    public int? PeriodSeconds { get; init; }

    public int? TimeoutSeconds { get; init; }

    public int? FailureThreshold { get; init; }
}
