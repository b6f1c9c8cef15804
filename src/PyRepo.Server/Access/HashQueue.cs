using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Access;

/// <summary>
/// A queue in which logins wait until their hashes are computed. Secrets take turns by what their hashes take, so that
/// one whose hashes are slow holds up mostly its own users, and for each Secret addresses, so that one that sends many
/// logins waits mostly for itself.
/// </summary>
/// <param name="width">The number of hashes that are computed at once.</param>
/// <param name="clock">The clock.</param>
/// <param name="next">A queue to wait in afterwards, so that each login there waits for only a few of these.</param>
sealed class HashQueue(int width, TimeProvider clock, HashQueue? next = null)
{
    readonly Lock _lock = new();
    readonly HashTurns _turns = new();
    int _free = width;

    /// <summary>Waits, in this queue and the next together no longer than work waits for memory.</summary>
    /// <remarks>The caller must leave afterwards.</remarks>
    /// <exception cref="OverloadedException">It was not let in within that time.</exception>
    public Task EnterAsync(LoginPair pair, CancellationToken cancellationToken) =>
        WaitLimit.ApplyAsync(either => EnterAllAsync(pair, either), clock, cancellationToken);

    async Task EnterAllAsync(LoginPair pair, CancellationToken cancellationToken)
    {
        await WaitAsync(pair, cancellationToken);
        if (next is null)
            return;
        try
        {
            await next.EnterAllAsync(pair, cancellationToken);
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

    /// <summary>Lets the next one in, after a hash of a Secret's user was computed.</summary>
    public void Leave(UserStore users, TimeSpan spent)
    {
        for (var queue = this; queue is not null; queue = queue.Next)
            queue.Charge(users, spent);
        Leave();
    }

    HashQueue? Next => next;

    void Charge(UserStore users, TimeSpan spent)
    {
        lock (_lock)
            _turns.Charge(users, spent);
    }

    async Task WaitAsync(LoginPair pair, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                _turns.Begin(pair.Users);
                return;
            }
            _turns.Add(pair, turn);
        }
        await using var registration = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task;
    }

    void Release()
    {
        lock (_lock)
        {
            while (_turns.Take() is { } turn)
            {
                // It fails for one whose client has left, or who has waited too long.
                if (turn.TrySetResult())
                    return;
            }
            _free++;
        }
    }
}
