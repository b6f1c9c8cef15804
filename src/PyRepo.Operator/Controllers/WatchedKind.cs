namespace PyRepo.Operator.Controllers;

/// <summary>An informer of any kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Run">Runs it.</param>
/// <param name="SinceProgress">How long ago it made progress.</param>
/// <param name="Synced">Completes once all was listed.</param>
/// <param name="Failure">Why the kind can't be listed now; null: it can.</param>
sealed record WatchedKind(
    string Kind, Func<CancellationToken, Task> Run, Func<TimeSpan> SinceProgress, Func<Task> Synced,
    Func<string?> Failure)
{
    /// <summary>Why its objects are not known; null: they are.</summary>
    public string? Problem => Failure() is { } failure ? $"{Kind} can't be listed: {failure}"
        : Synced().IsCompletedSuccessfully ? null
        : $"{Kind} was not listed yet";
}
