namespace PyRepo.Kubernetes.Client;

sealed record ApiStatusCause
{
    public string? Field { get; init; }

    public string? Reason { get; init; }
}
