using System.Collections.Immutable;

namespace PyRepo.Server.Records;

/// <summary>A change that waits for its turn to be written, whatever its result's type.</summary>
interface IWaitingChange
{
    /// <summary>The events to add, none if nothing changes; adds to <paramref name="durable"/> what must be waited for.</summary>
    ImmutableArray<ProjectEvent> Decide(ProjectHistory history, List<Task> durable);

    void Complete();

    void Fail(Exception error);
}

/// <summary>A change and the promise to its caller.</summary>
sealed class WaitingChange<T>(Func<ProjectHistory, Change<T>> decide) : IWaitingChange
{
    readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    T? _result;

    public Task<T> Outcome => _outcome.Task;

    public ImmutableArray<ProjectEvent> Decide(ProjectHistory history, List<Task> durable)
    {
        var change = decide(history);
        _result = change.Result;
        if (change.BytesDurable is { } bytes)
            durable.Add(bytes);
        return change.Events;
    }

    public void Complete() => _outcome.TrySetResult(_result!);

    public void Fail(Exception error) => _outcome.TrySetException(error);
}
