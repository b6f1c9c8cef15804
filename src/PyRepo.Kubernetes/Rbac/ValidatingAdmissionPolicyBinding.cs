using PyRepo.Kubernetes.Objects;

namespace PyRepo.Kubernetes.Rbac;

/// <summary>Puts a policy in force.</summary>
public sealed record ValidatingAdmissionPolicyBinding : KubernetesObject
{
    public required ValidatingAdmissionPolicyBindingSpec Spec { get; init; }
}
