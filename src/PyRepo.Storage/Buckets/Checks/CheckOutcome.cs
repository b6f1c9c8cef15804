namespace PyRepo.Storage.Buckets.Checks;

/// <summary>The outcome of a check, of which the caller knows the name.</summary>
/// <param name="Result">The result.</param>
/// <param name="Message">The facts, and their meaning, in sentences.</param>
sealed record CheckOutcome(FindingResult Result, string Message)
{
    /// <inheritdoc cref="BucketFinding.Details"/>
    public IReadOnlyList<string> Details { get; init; } = [];
}
