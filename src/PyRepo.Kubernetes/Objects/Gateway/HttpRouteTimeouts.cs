namespace PyRepo.Kubernetes.Objects.Gateway;

public sealed record HttpRouteTimeouts
{
    /// <summary>How long a request may take as a whole; <c>0s</c>: as long as it wants.</summary>
    public string? Request { get; init; }
}
