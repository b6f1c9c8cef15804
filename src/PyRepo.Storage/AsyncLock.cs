namespace PyRepo.Storage;

/// <summary>
/// Lets in one at a time, in the order in which they came. Whoever has waited goes on in the context in which they
/// wait, also with a token.
/// </summary>
public sealed class AsyncLock
{
    readonly Lock _lock = new();
    Queue<TaskCompletionSource>? _waiting;
    bool _isTaken;

    /// <summary>Enters if nobody is in.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_isTaken)
                return false;
            return _isTaken = true;
        }
    }

    /// <summary>Waits until nobody is in, and enters.</summary>
    public Task EnterAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        TaskCompletionSource turn;
        lock (_lock)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return Task.CompletedTask;
            }
            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            (_waiting ??= []).Enqueue(turn);
        }
        return cancellationToken.CanBeCanceled ? WaitAsync(turn, cancellationToken) : turn.Task;
    }

    /// <summary>Leaves, and lets the next one in.</summary>
    public void Leave()
    {
        while (true)
        {
            TaskCompletionSource? turn = null;
            lock (_lock)
            {
                if (!(_waiting?.TryDequeue(out turn) ?? false))
                {
                    _isTaken = false;
                    return;
                }
            }
            // One that gave up is still in the queue.
            if (turn!.TrySetResult())
                return;
        }
    }

    static async Task WaitAsync(TaskCompletionSource turn, CancellationToken cancellationToken)
    {
        using var giveUp = cancellationToken.UnsafeRegister(
            static (turn, token) => ((TaskCompletionSource)turn!).TrySetCanceled(token), turn);
        await turn.Task;
    }
}
