namespace PyRepo.Kubernetes.Objects.Meta;

/// <summary>Which objects: those that have all these labels.</summary>
public sealed record LabelSelector
{
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }

    public IReadOnlyList<LabelRequirement>? MatchExpressions { get; init; }
}
