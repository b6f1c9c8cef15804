using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Rbac;

/// <summary>Gives a <see cref="Role"/> to somebody.</summary>
public sealed record RoleBinding : KubernetesObject
{
    public required RoleReference RoleRef { get; init; }

    public required IReadOnlyList<RoleSubject> Subjects { get; init; }
}

/// <summary>Whom a binding gives its role to.</summary>
public sealed record RoleSubject
{
    public required string Kind { get; init; }

    public required string Name { get; init; }

    public string? Namespace { get; init; }
}

/// <summary>The role that a binding gives.</summary>
public sealed record RoleReference
{
    public required string ApiGroup { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }
}
