namespace PyRepo.Server.Access;

/// <summary>
/// A queue in which logins wait until their hashes are computed. Addresses take turns, so that one that sends many
/// logins waits mostly for itself.
/// </summary>
/// <param name="width">The number of hashes that are computed at once.</param>
/// <param name="next">A queue to wait in afterwards, so that each login there waits for only a few of these.</param>
sealed class HashQueue(int width, HashQueue? next = null)
{
    readonly Lock _lock = new();
    readonly Dictionary<string, Queue<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);
    readonly Queue<string> _turns = new();
    int _free = width;

    /// <summary>Waits. The caller must leave afterwards.</summary>
    public async Task EnterAsync(string address, CancellationToken cancellationToken)
    {
        await WaitAsync(address, cancellationToken);
        if (next is null)
            return;
        try
        {
            await next.EnterAsync(address, cancellationToken);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Lets the next one in.</summary>
    public void Leave()
    {
        next?.Leave();
        Release();
    }

    async Task WaitAsync(string address, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return;
            }
            if (!_waiting.TryGetValue(address, out var others))
            {
                _waiting[address] = others = new();
                _turns.Enqueue(address);
            }
            others.Enqueue(turn);
        }
        await using var registration = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task;
    }

    void Release()
    {
        lock (_lock)
        {
            while (_turns.TryDequeue(out var address))
            {
                var logins = _waiting[address];
                var turn = logins.Dequeue();
                if (logins.Count > 0)
                    _turns.Enqueue(address);
                else
                    _waiting.Remove(address);
                // It fails for one whose client has left.
                if (turn.TrySetResult())
                    return;
            }
            _free++;
        }
    }
}
