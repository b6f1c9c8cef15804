namespace PyRepo.Operator.Manifests;

/// <summary>Why something that a resource asks for is rejected.</summary>
/// <param name="Reason">One word in CamelCase, for the condition.</param>
/// <param name="Message">The message for the user: what is wrong, and what to do.</param>
public sealed record Rejection(string Reason, string Message);
