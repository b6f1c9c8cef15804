using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Admission;

/// <summary>Puts a policy in force.</summary>
public sealed record ValidatingAdmissionPolicyBinding : KubernetesObject
{
    public required ValidatingAdmissionPolicyBindingSpec Spec { get; init; }
}
