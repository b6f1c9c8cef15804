namespace PyRepo.Operator.Status;

/// <summary>One thing that must be so for a resource to be ready.</summary>
/// <param name="Topic">Which condition it belongs to.</param>
/// <param name="Evaluate">What is in the way; null: it is so.</param>
public sealed record Check(CheckTopic Topic, Func<StatusInputs, CheckResult?> Evaluate);
