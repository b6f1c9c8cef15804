namespace PyRepo.Kubernetes.Objects.Rbac;

/// <summary>The role that a binding gives.</summary>
public sealed record RoleReference
{
    public required string ApiGroup { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }
}
