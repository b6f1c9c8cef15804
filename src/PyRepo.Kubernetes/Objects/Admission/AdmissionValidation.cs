namespace PyRepo.Kubernetes.Objects.Admission;

/// <summary>A CEL expression that must be true of a request, and the message if it is not.</summary>
public sealed record AdmissionValidation(string Expression, string Message);
