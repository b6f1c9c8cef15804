namespace PyRepo.Operator.Status;

/// <summary>A check that a resource must pass to be ready.</summary>
/// <param name="Topic">The condition that it belongs to.</param>
/// <param name="Evaluate">Returns why the resource fails it, or null if it passes.</param>
public sealed record Check(CheckTopic Topic, Func<StatusInputs, CheckResult?> Evaluate);
