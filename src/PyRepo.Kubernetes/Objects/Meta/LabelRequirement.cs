namespace PyRepo.Kubernetes.Objects.Meta;

/// <summary>What a selector asks of one label.</summary>
public sealed record LabelRequirement
{
    public required string Key { get; init; }

    /// <summary>In, NotIn, Exists or DoesNotExist.</summary>
    public required string Operator { get; init; }

    public IReadOnlyList<string>? Values { get; init; }
}
