using PyRepo.Kubernetes.Objects;

namespace PyRepo.Kubernetes.Rbac;

/// <summary>Gives a <see cref="Role"/> to somebody.</summary>
public sealed record RoleBinding : KubernetesObject
{
    public required RoleReference RoleRef { get; init; }

    public required IReadOnlyList<RoleSubject> Subjects { get; init; }
}
