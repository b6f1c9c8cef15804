using System.Collections.Immutable;

namespace PyRepo.Server.Content.Records;

/// <summary>A change, and the task that its caller awaits.</summary>
sealed class PendingChange<T>(Func<ProjectHistory, Change<T>> decide) : IPendingChange
{
    readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    T? _result;

    public Task<T> Outcome => _outcome.Task;

    public ImmutableArray<ProjectEvent> Decide(ProjectHistory history)
    {
        var change = decide(history);
        _result = change.Result;
        return change.Events;
    }

    public void Complete() => _outcome.TrySetResult(_result!);

    public void Fail(Exception error) => _outcome.TrySetException(error);
}

/// <summary>The outcome of a decision about a project's history.</summary>
/// <param name="Result">The result of the decision for its caller.</param>
/// <param name="Events">
/// The events to add to the record. If there are none, nothing changes. The bytes that they name are already durable.
/// </param>
readonly record struct Change<T>(T Result, ImmutableArray<ProjectEvent> Events);
