namespace PyRepo.Kubernetes.Objects.Core;

public sealed record VolumeProjection
{
    public NamedProjection? ConfigMap { get; init; }

    public NamedProjection? Secret { get; init; }

    public ServiceAccountTokenProjection? ServiceAccountToken { get; init; }
}
