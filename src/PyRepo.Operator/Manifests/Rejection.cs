namespace PyRepo.Operator.Manifests;

/// <summary>Why something that a resource asks for is rejected.</summary>
/// <param name="Reason">For the condition.</param>
/// <param name="Message">The message for the user: what is wrong, and what to do.</param>
public sealed record Rejection(Reason Reason, string Message);
