namespace PyRepo.Kubernetes.Objects.Core;

public sealed record StateReason
{
    public string? Reason { get; init; }

    public string? Message { get; init; }

    public int? ExitCode { get; init; }
}
