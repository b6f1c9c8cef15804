namespace PyRepo.Kubernetes.Objects.Admission;

/// <summary>Which policy, and what follows.</summary>
public sealed record ValidatingAdmissionPolicyBindingSpec
{
    public required string PolicyName { get; init; }

    /// <summary>Deny, Warn, Audit.</summary>
    public required IReadOnlyList<string> ValidationActions { get; init; }
}
