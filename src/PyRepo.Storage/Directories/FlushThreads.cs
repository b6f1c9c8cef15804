namespace PyRepo.Storage.Directories;

/// <summary>
/// Threads that wait for the disk, so that the thread pool's do not: it has as many as there are processors, and pages
/// need them. There are as many as there are flushes at once, up to a number, and none when nothing was flushed lately.
/// </summary>
sealed class FlushThreads(int maxThreads)
{
    const int StackSize = 256 * 1024;
    static readonly TimeSpan _idleTime = TimeSpan.FromSeconds(10);
    readonly Queue<(Action Flush, TaskCompletionSource Done)> _waiting = new();
    int _threads;
    int _idle;

    /// <summary>Those of the process. A disk takes several requests at once, but not any number.</summary>
    public static FlushThreads Shared { get; } = new(maxThreads: 16);

    /// <summary>Runs a flush on one of the threads, when one is free.</summary>
    public Task RunAsync(Action flush)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            _waiting.Enqueue((flush, done));
            if (_waiting.Count > _idle && _threads < maxThreads)
                StartThread();
            else
                Monitor.Pulse(_waiting);
        }
        return done.Task;
    }

    void StartThread()
    {
        _threads++;
        new Thread(Work, StackSize) { IsBackground = true, Name = "flush" }.Start();
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
