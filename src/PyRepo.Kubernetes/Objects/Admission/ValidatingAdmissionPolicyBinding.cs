using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Admission;

/// <summary>Puts a policy in force.</summary>
public sealed record ValidatingAdmissionPolicyBinding : KubernetesObject
{
    public required ValidatingAdmissionPolicyBindingSpec Spec { get; init; }
}

/// <summary>Which policy, and what follows.</summary>
public sealed record ValidatingAdmissionPolicyBindingSpec
{
    public required string PolicyName { get; init; }

    /// <summary>Deny, Warn, Audit.</summary>
    public required IReadOnlyList<string> ValidationActions { get; init; }
}
