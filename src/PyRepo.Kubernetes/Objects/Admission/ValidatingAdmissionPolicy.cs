using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Admission;

/// <summary>Rules in CEL for requests that change something (<c>admissionregistration.k8s.io/v1</c>).</summary>
public sealed record ValidatingAdmissionPolicy : KubernetesObject
{
    public required ValidatingAdmissionPolicySpec Spec { get; init; }
}

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

/// <summary>A CEL expression that must be true of a request, and the message if it is not.</summary>
public sealed record AdmissionValidation(string Expression, string Message);

/// <summary>A named condition in CEL.</summary>
public sealed record AdmissionCondition(string Name, string Expression);

/// <summary>Which resources a policy is for.</summary>
public sealed record AdmissionMatch
{
    public required IReadOnlyList<AdmissionResources> ResourceRules { get; init; }
}

/// <summary>Operations on resources.</summary>
public sealed record AdmissionResources
{
    public required IReadOnlyList<string> ApiGroups { get; init; }

    public required IReadOnlyList<string> ApiVersions { get; init; }

    public required IReadOnlyList<string> Operations { get; init; }

    public required IReadOnlyList<string> Resources { get; init; }
}
