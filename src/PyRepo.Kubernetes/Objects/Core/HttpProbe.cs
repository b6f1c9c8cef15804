using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Core;

public sealed record HttpProbe
{
    public required string Path { get; init; }

    /// <summary>The port, or its name.</summary>
    public required IntOrString Port { get; init; }
}
