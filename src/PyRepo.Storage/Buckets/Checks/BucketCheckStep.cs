namespace PyRepo.Storage.Buckets.Checks;

/// <summary>One of the checks.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="RunAsync">Makes it. Errors of the service are its result, too.</param>
sealed record BucketCheckStep(
    string Name, Func<CheckedBucket, CancellationToken, Task<CheckOutcome>> RunAsync)
{
    /// <summary>The result if the service fails.</summary>
    public FindingResult OnFailure { get; init; } = FindingResult.Wrong;

    /// <summary>How long it may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether it is made through all endpoints in turn, too.</summary>
    public bool ForAllEndpoints { get; init; }
}
