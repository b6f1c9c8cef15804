namespace PyRepo.Kubernetes.Rbac;

/// <summary>What must be true of a request, in CEL, and what is said where it is not.</summary>
public sealed record AdmissionValidation(string Expression, string Message);
