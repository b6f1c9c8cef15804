using PyRepo.Kubernetes.Objects;

namespace PyRepo.Kubernetes.Rbac;

/// <summary>Gives a <see cref="ClusterRole"/> to somebody.</summary>
public sealed record ClusterRoleBinding : KubernetesObject
{
    public required RoleReference RoleRef { get; init; }

    public required IReadOnlyList<RoleSubject> Subjects { get; init; }
}
