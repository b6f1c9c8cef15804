using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Admission;

/// <summary>Rules in CEL for requests that change something (<c>admissionregistration.k8s.io/v1</c>).</summary>
public sealed record ValidatingAdmissionPolicy : KubernetesObject
{
    public required ValidatingAdmissionPolicySpec Spec { get; init; }
}
