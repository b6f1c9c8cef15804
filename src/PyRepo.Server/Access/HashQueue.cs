namespace PyRepo.Server.Access;

/// <summary>
/// A queue in which logins wait until their hashes are computed. Secrets take turns, so that one whose hashes are slow
/// holds up mostly its own users, and for each Secret addresses, so that one that sends many logins waits mostly for
/// itself.
/// </summary>
/// <param name="width">The number of hashes that are computed at once.</param>
/// <param name="next">A queue to wait in afterwards, so that each login there waits for only a few of these.</param>
sealed class HashQueue(int width, HashQueue? next = null)
{
    readonly Lock _lock = new();
    readonly Dictionary<UserStore, Turns> _waiting = new(ReferenceEqualityComparer.Instance);
    readonly Queue<UserStore> _turns = new();
    int _free = width;

    /// <summary>Waits. The caller must leave afterwards.</summary>
    public async Task EnterAsync(LoginPair pair, CancellationToken cancellationToken)
    {
        await WaitAsync(pair, cancellationToken);
        if (next is null)
            return;
        try
        {
            await next.EnterAsync(pair, cancellationToken);
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

    async Task WaitAsync(LoginPair pair, CancellationToken cancellationToken)
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
            if (!_waiting.TryGetValue(pair.Users, out var others))
            {
                _waiting[pair.Users] = others = new();
                _turns.Enqueue(pair.Users);
            }
            others.Add(pair.Address, turn);
        }
        await using var registration = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task;
    }

    void Release()
    {
        lock (_lock)
        {
            while (_turns.TryDequeue(out var users))
            {
                var logins = _waiting[users];
                var turn = logins.Take();
                if (logins.Any)
                    _turns.Enqueue(users);
                else
                    _waiting.Remove(users);
                // It fails for one whose client has left.
                if (turn.TrySetResult())
                    return;
            }
            _free++;
        }
    }

    /// <summary>The logins of one Secret's users that wait. Their addresses take turns.</summary>
    sealed class Turns
    {
        readonly Dictionary<string, Queue<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);
        readonly Queue<string> _turns = new();

        public bool Any => _turns.Count > 0;

        public void Add(string address, TaskCompletionSource turn)
        {
            if (!_waiting.TryGetValue(address, out var others))
            {
                _waiting[address] = others = new();
                _turns.Enqueue(address);
            }
            others.Enqueue(turn);
        }

        public TaskCompletionSource Take()
        {
            var address = _turns.Dequeue();
            var logins = _waiting[address];
            var turn = logins.Dequeue();
            if (logins.Count > 0)
                _turns.Enqueue(address);
            else
                _waiting.Remove(address);
            return turn;
        }
    }
}
