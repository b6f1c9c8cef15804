namespace PyRepo.Kubernetes.Objects.Admission;

/// <summary>A named condition in CEL.</summary>
public sealed record AdmissionCondition(string Name, string Expression);
