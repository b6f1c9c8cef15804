namespace PyRepo.Kubernetes.Objects;

public sealed record StateReason
{
    public string? Reason { get; init; }

    public string? Message { get; init; }

    public int? ExitCode { get; init; }
}
