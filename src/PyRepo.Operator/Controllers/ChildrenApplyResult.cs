using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Controllers;

/// <summary>What came of making a resource's children so.</summary>
/// <param name="Conflict">The first object in the way, which is not the operator's; null: none.</param>
/// <param name="Failure">What the API server refused, or what is waited for; null: nothing.</param>
/// <param name="WroteServer">Whether the Deployment was written.</param>
sealed record ChildrenApplyResult(ObjectReference? Conflict, string? Failure, bool WroteServer)
{
    /// <summary>Nothing was done.</summary>
    public static ChildrenApplyResult Untouched { get; } = new(null, null, false);

    /// <summary>Whether all children are as they shall be.</summary>
    public bool IsComplete => this is { Conflict: null, Failure: null };
}
