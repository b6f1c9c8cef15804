namespace PyRepo.Kubernetes.Objects;

public sealed record VolumeProjection
{
    public NamedProjection? ConfigMap { get; init; }

    public NamedProjection? Secret { get; init; }
}
