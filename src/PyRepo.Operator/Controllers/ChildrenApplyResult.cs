using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Controllers;

/// <summary>The result of applying a resource's children.</summary>
/// <param name="Conflict">The first object that has a child's name and is not the operator's; null: none.</param>
/// <param name="Failure">The API server's message about what it rejected; null: nothing.</param>
/// <param name="WroteServer">Whether the Deployment was written.</param>
sealed record ChildrenApplyResult(ObjectReference? Conflict, string? Failure, bool WroteServer)
{
    /// <summary>Nothing was applied.</summary>
    public static ChildrenApplyResult Untouched { get; } = new(null, null, false);

    /// <summary>Whether all children are as desired.</summary>
    public bool IsComplete => this is { Conflict: null, Failure: null };
}
