namespace PyRepo.Kubernetes.Objects;

public sealed record IngressPort
{
    public string? Name { get; init; }

    public int? Number { get; init; }
}
