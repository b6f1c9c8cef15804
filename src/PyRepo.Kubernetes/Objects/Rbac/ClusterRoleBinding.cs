using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Rbac;

/// <summary>Gives a <see cref="ClusterRole"/> to somebody.</summary>
public sealed record ClusterRoleBinding : KubernetesObject
{
    public required RoleReference RoleRef { get; init; }

    public required IReadOnlyList<RoleSubject> Subjects { get; init; }
}
