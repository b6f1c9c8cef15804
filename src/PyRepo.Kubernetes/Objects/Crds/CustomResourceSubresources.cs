namespace PyRepo.Kubernetes.Objects.Crds;

/// <summary>Parts of an object that are written apart.</summary>
public sealed record CustomResourceSubresources
{
    public StatusSubresource? Status { get; init; }

    public ScaleSubresource? Scale { get; init; }
}
