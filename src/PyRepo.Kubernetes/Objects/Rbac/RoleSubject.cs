namespace PyRepo.Kubernetes.Objects.Rbac;

/// <summary>Whom a binding gives its role to.</summary>
public sealed record RoleSubject
{
    public required string Kind { get; init; }

    public required string Name { get; init; }

    public string? Namespace { get; init; }
}
