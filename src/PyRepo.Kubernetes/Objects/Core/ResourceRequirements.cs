namespace PyRepo.Kubernetes.Objects.Core;

/// <summary>What a container gets at least and at most; quantities as text.</summary>
public sealed record ResourceRequirements
{
    public IReadOnlyDictionary<string, string>? Requests { get; init; }

    public IReadOnlyDictionary<string, string>? Limits { get; init; }
}
