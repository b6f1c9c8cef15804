namespace PyRepo.Kubernetes.Objects.Admission;

/// <summary>Which requests a policy judges, and how.</summary>
public sealed record ValidatingAdmissionPolicySpec
{
    /// <summary>Fail or Ignore: what becomes of a request when a rule can't be judged.</summary>
    public string? FailurePolicy { get; init; }

    public required AdmissionMatch MatchConstraints { get; init; }

    /// <summary>All must be true for the policy to judge a request.</summary>
    public IReadOnlyList<AdmissionCondition>? MatchConditions { get; init; }

    public required IReadOnlyList<AdmissionValidation> Validations { get; init; }
}
