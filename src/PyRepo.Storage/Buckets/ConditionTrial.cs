namespace PyRepo.Storage.Buckets;

/// <summary>A write with a condition that was tried.</summary>
/// <param name="Condition">The condition, and the state that it met: <c>absent, but it exists</c>.</param>
/// <param name="Expected">The right outcome: <c>is refused</c>.</param>
/// <param name="Outcome">The outcome.</param>
public sealed record ConditionTrial(string Condition, string Expected, string Outcome)
{
    /// <summary>Whether the outcome is right.</summary>
    public bool IsRight => Outcome == Expected;

    /// <inheritdoc/>
    public override string ToString() => $"{Condition}: {Outcome}{(IsRight ? "" : $", not: {Expected}")}";
}
