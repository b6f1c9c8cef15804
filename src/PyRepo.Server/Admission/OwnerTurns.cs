namespace PyRepo.Server.Admission;

/// <summary>Lets each owner do few things at a time, however much waits. There is one queue for each.</summary>
/// <param name="count">How many of one owner go on at once.</param>
sealed class OwnerTurns(int count)
{
    readonly Lock _lock = new();
    readonly Dictionary<object, Queue> _queues = [];

    /// <summary>Waits for a turn of an owner. The caller must leave afterwards.</summary>
    public async Task EnterAsync(object owner, CancellationToken cancellationToken)
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

    /// <summary>Lets the owner's next one in.</summary>
    public void Leave(object owner)
    {
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
                _queues[owner] = queue = new Queue(new SemaphoreSlim(count));
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
