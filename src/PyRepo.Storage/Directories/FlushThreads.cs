namespace PyRepo.Storage.Directories;

/// <summary>
/// Threads that wait for the disk, so that the thread pool's do not: it has as many as there are processors, and pages
/// need them. There are as many as there are flushes at once, up to a number, and none when nothing was flushed lately.
/// </summary>
/// <remarks>
/// One flush at a time runs on the pool all the same, and who waits for a flush continues on its thread: to wake
/// another thread takes longer than many a flush.
/// </remarks>
sealed class FlushThreads(int maxThreads)
{
    const int StackSize = 256 * 1024;
    static readonly TimeSpan _idleTime = TimeSpan.FromSeconds(10);
    readonly Queue<(Action Flush, TaskCompletionSource Done)> _waiting = new();
    int _threads;
    int _idle;
    int _onPool;

    /// <summary>Those of the process. A disk takes several requests at once, but not any number.</summary>
    public static FlushThreads Shared { get; } = new(maxThreads: 16);

    /// <summary>Runs a flush, when a thread is free.</summary>
    public Task RunAsync(Action flush) =>
        Interlocked.CompareExchange(ref _onPool, 1, 0) == 0 ? RunOnPoolAsync(flush) : EnqueueAsync(flush);

    Task RunOnPoolAsync(Action flush) => Task.Run(() =>
    {
        try
        {
            flush();
        }
        finally
        {
            Volatile.Write(ref _onPool, 0);
        }
    });

    Task EnqueueAsync(Action flush)
    {
        var done = new TaskCompletionSource();
        lock (_waiting)
        {
            if (_waiting.Count >= _idle && _threads < maxThreads && !TryStartThread() && _threads == 0)
                return Task.Run(flush);
            _waiting.Enqueue((flush, done));
            Monitor.Pulse(_waiting);
        }
        return done.Task;
    }

    /// <summary>
    /// Starts a thread. Returns false if the process may have no more: a flush then waits for another.
    /// </summary>
    bool TryStartThread()
    {
        try
        {
            new Thread(Work, StackSize) { IsBackground = true, Name = "flush" }.Start();
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
        _threads++;
        return true;
    }

    void Work()
    {
        while (TryTake(out var next))
        {
            try
            {
                next.Flush();
                next.Done.SetResult();
            }
            catch (Exception error)
            {
                next.Done.SetException(error);
            }
        }
    }

    /// <summary>Waits for a flush. Returns false if none came for a while: the thread ends then.</summary>
    bool TryTake(out (Action Flush, TaskCompletionSource Done) next)
    {
        lock (_waiting)
        {
            while (!_waiting.TryDequeue(out next))
            {
                _idle++;
                var isWoken = Monitor.Wait(_waiting, _idleTime);
                _idle--;
                if (isWoken || _waiting.Count > 0)
                    continue;
                _threads--;
                return false;
            }
            return true;
        }
    }
}
