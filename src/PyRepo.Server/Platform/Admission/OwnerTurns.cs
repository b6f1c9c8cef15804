namespace PyRepo.Server.Platform.Admission;

/// <summary>
/// Lets few things go on at a time, of which each owner has half at most, however much of one waits. There is a queue
/// for each owner, and one for all.
/// </summary>
/// <param name="count">How many go on at once.</param>
sealed class OwnerTurns(int count)
{
    readonly SemaphoreSlim _all = new(count);
    readonly Lock _lock = new();
    readonly Dictionary<object, Queue> _queues = [];

    /// <summary>Waits for a turn. The caller must leave afterwards.</summary>
    /// <param name="owner">Whose turn it is. What has no owner may have all turns.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task EnterAsync(object? owner, CancellationToken cancellationToken)
    {
        if (owner is not null)
            await EnterOwnAsync(owner, cancellationToken);
        try
        {
            await _all.WaitAsync(cancellationToken);
        }
        catch
        {
            LeaveOwn(owner);
            throw;
        }
    }

    /// <summary>Lets the next ones in.</summary>
    public void Leave(object? owner)
    {
        _all.Release();
        LeaveOwn(owner);
    }

    async Task EnterOwnAsync(object owner, CancellationToken cancellationToken)
    {
        var queue = Join(owner);
        try
        {
            await queue.Turns.WaitAsync(cancellationToken);
        }
        catch
        {
            Forget(owner, queue);
            throw;
        }
    }

    void LeaveOwn(object? owner)
    {
        if (owner is null)
            return;
        Queue queue;
        lock (_lock)
            queue = _queues[owner];
        queue.Turns.Release();
        Forget(owner, queue);
    }

    Queue Join(object owner)
    {
        lock (_lock)
        {
            if (!_queues.TryGetValue(owner, out var queue))
                _queues[owner] = queue = new Queue(new SemaphoreSlim(Math.Max(1, count / 2)));
            queue.Users++;
            return queue;
        }
    }

    void Forget(object owner, Queue queue)
    {
        lock (_lock)
        {
            if (--queue.Users == 0)
                _queues.Remove(owner);
        }
    }

    sealed class Queue(SemaphoreSlim turns)
    {
        public SemaphoreSlim Turns => turns;

        public int Users { get; set; }
    }
}
