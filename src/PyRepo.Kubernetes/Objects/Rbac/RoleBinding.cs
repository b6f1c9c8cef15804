using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Rbac;

/// <summary>Gives a <see cref="Role"/> to somebody.</summary>
public sealed record RoleBinding : KubernetesObject
{
    public required RoleReference RoleRef { get; init; }

    public required IReadOnlyList<RoleSubject> Subjects { get; init; }
}
