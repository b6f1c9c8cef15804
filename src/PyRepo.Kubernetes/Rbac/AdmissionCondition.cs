namespace PyRepo.Kubernetes.Rbac;

/// <summary>A named condition in CEL.</summary>
public sealed record AdmissionCondition(string Name, string Expression);
