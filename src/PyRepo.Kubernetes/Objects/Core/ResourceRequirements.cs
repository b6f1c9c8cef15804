namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>The minimum and maximum resources of a container; quantities as text.</summary>
public sealed record ResourceRequirements
{
    public IReadOnlyDictionary<string, string>? Requests { get; init; }

    public IReadOnlyDictionary<string, string>? Limits { get; init; }
}
