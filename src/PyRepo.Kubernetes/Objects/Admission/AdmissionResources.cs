namespace PyRepo.Kubernetes.Objects.Admission;

/// <summary>Operations on resources.</summary>
public sealed record AdmissionResources
{
    public required IReadOnlyList<string> ApiGroups { get; init; }

    public required IReadOnlyList<string> ApiVersions { get; init; }

    public required IReadOnlyList<string> Operations { get; init; }

    public required IReadOnlyList<string> Resources { get; init; }
}
