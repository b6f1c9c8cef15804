namespace PyRepo.Kubernetes.Objects.Networking;

public sealed record IngressPath
{
    public required string Path { get; init; }

    public required string PathType { get; init; }

    public required IngressBackend Backend { get; init; }
}
