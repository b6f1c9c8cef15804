namespace PyRepo.Kubernetes.Objects.Admission;

/// <summary>Which resources a policy is for.</summary>
public sealed record AdmissionMatch
{
    public required IReadOnlyList<AdmissionResources> ResourceRules { get; init; }
}
