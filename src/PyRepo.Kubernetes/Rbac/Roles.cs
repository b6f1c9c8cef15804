using PyRepo.Kubernetes.Objects;

namespace PyRepo.Kubernetes.Rbac;

/// <summary>Rights in all namespaces, and to what stands in none.</summary>
public sealed record ClusterRole : KubernetesObject
{
    public IReadOnlyList<PolicyRule>? Rules { get; init; }
}

/// <summary>Rights in one namespace.</summary>
public sealed record Role : KubernetesObject
{
    public IReadOnlyList<PolicyRule>? Rules { get; init; }
}

/// <summary>Gives a <see cref="ClusterRole"/> to somebody.</summary>
public sealed record ClusterRoleBinding : KubernetesObject
{
    public required RoleReference RoleRef { get; init; }

    public required IReadOnlyList<RoleSubject> Subjects { get; init; }
}

/// <summary>Gives a <see cref="Role"/> to somebody.</summary>
public sealed record RoleBinding : KubernetesObject
{
    public required RoleReference RoleRef { get; init; }

    public required IReadOnlyList<RoleSubject> Subjects { get; init; }
}

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

/// <summary>The role that a binding gives.</summary>
public sealed record RoleReference
{
    public required string ApiGroup { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }
}

/// <summary>Whom a binding gives its role to.</summary>
public sealed record RoleSubject
{
    public required string Kind { get; init; }

    public required string Name { get; init; }

    public string? Namespace { get; init; }
}
