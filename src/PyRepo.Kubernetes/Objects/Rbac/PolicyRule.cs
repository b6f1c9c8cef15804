namespace PyRepo.Kubernetes.Objects.Rbac;

/// <summary>What may be done to which resources.</summary>
public sealed record PolicyRule
{
    /// <summary>The empty text is the core group.</summary>
    public required IReadOnlyList<string> ApiGroups { get; init; }

    public required IReadOnlyList<string> Resources { get; init; }

    /// <summary>Only the objects of these names; create can't be bound to names.</summary>
    public IReadOnlyList<string>? ResourceNames { get; init; }

    public required IReadOnlyList<string> Verbs { get; init; }
}
