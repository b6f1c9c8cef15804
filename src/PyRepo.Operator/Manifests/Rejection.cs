namespace PyRepo.Operator.Manifests;

/// <summary>Why something that a resource says is not done.</summary>
/// <param name="Reason">One word in CamelCase, for the condition.</param>
/// <param name="Message">A sentence for the user: what is wrong, and what to do.</param>
public sealed record Rejection(string Reason, string Message);
