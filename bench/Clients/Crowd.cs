namespace Bench.Clients;

/// <summary>Work on threads of its own.</summary>
static class Crowd
{
    /// <summary>Starts work on a thread of its own.</summary>
    public static Task Start(Action work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc cref="Start(Action)"/>
    public static Task<T> Start<T>(Func<T> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Runs the same work on several threads, and waits for all.</summary>
    /// <exception cref="AggregateException">What the threads threw.</exception>
    public static void Run(int threads, Action<int> work)
    {
        var tasks = Enumerable.Range(0, threads).Select(n => Start(() => work(n))).ToArray();
        Task.WaitAll(tasks);
    }
}
