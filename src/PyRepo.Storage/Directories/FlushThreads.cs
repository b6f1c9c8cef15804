namespace PyRepo.Storage.Directories;

/// <summary>
/// Threads that wait for the disk, so that the thread pool's do not. There are as many as there are flushes at once, up
/// to a number, and none when nothing was flushed lately.
/// </summary>
/// <remarks>
/// To wake another thread takes longer than a flush of a quick disk. On such a disk, one caller at a time waits itself,
/// which costs the pool one of its threads; and who waited for another thread continues on that one, and flushes there,
/// too. On a slow disk each flush has a thread, so that several of one caller take the time of one.
/// </remarks>
sealed class FlushThreads(int maxThreads, TimeProvider clock)
{
    const int StackSize = 256 * 1024;

    /// <summary>How much the last flush counts in the mean time of a flush.</summary>
    const int Weight = 16;

    static readonly TimeSpan _idleTime = TimeSpan.FromSeconds(10);
    static readonly TimeSpan _quick = TimeSpan.FromMilliseconds(0.5);

    [ThreadStatic]
    static bool _isFlushThread;

    readonly Queue<(Action Flush, TaskCompletionSource Done)> _waiting = new();
    int _threads;
    int _idle;
    int _callers;
    long _meanTicks;

    /// <summary>Those of the process. A disk takes several requests at once, but not any number.</summary>
    public static FlushThreads Shared { get; } = new(maxThreads: 16, TimeProvider.System);

    bool IsDiskQuick => Volatile.Read(ref _meanTicks) <= _quick.Ticks;

    /// <summary>Runs a short flush: here and now if that is quicker, else when a thread is free.</summary>
    public Task RunAsync(Action flush)
    {
        if (IsDiskQuick && _isFlushThread)
            return RunHere(flush);
        if (!IsDiskQuick || Interlocked.CompareExchange(ref _callers, 1, 0) != 0)
            return RunLongAsync(() => RunTimed(flush));
        try
        {
            return RunHere(flush);
        }
        finally
        {
            Volatile.Write(ref _callers, 0);
        }
    }

    Task RunHere(Action flush)
    {
        try
        {
            RunTimed(flush);
            return Task.CompletedTask;
        }
        catch (Exception error)
        {
            return Task.FromException(error);
        }
    }

    /// <summary>Several threads may lose a time to each other, which changes the mean by little.</summary>
    void RunTimed(Action flush)
    {
        var began = clock.GetTimestamp();
        try
        {
            flush();
        }
        finally
        {
            var mean = Volatile.Read(ref _meanTicks);
            Volatile.Write(ref _meanTicks, mean + (clock.GetElapsedTime(began).Ticks - mean) / Weight);
        }
    }

    /// <summary>Runs a flush that may take long when a thread is free; never here.</summary>
    public Task RunLongAsync(Action flush)
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
        _isFlushThread = true;
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
