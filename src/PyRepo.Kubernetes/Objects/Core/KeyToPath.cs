namespace PyRepo.Kubernetes.Objects.Core;

public sealed record KeyToPath
{
    public required string Key { get; init; }

    public required string Path { get; init; }
}
