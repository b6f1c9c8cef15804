namespace PyRepo.Kubernetes.Client;

/// <summary>This process no longer leads: another may, and what this one wanted to write is not sent.</summary>
public sealed class NotLeadingException() : Exception("This process does not lead any more, and writes nothing.");
