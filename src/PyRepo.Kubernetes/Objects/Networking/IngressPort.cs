namespace PyRepo.Kubernetes.Objects.Networking;

public sealed record IngressPort
{
    public string? Name { get; init; }

    public int? Number { get; init; }
}
