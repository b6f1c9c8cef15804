using PyRepo.Server.Platform.Background;

namespace PyRepo.Server.Platform.Admission;

/// <summary>
/// Work that is going on, and how many wait for it. Whoever leaves ends it only for himself, unless he is the last.
/// </summary>
/// <remarks>It is not thread-safe, apart from its outcome.</remarks>
sealed class SharedWork<TResult>
{
    readonly CancellationTokenSource _stop = new();
    int _waiting;

    /// <summary>Starts the work, without anything of the caller's: it is not only for him.</summary>
    public SharedWork(Func<CancellationToken, Task<TResult>> run) =>
        Outcome = DetachedTask.Run(() => run(_stop.Token));

    /// <summary>What comes of it, for all who wait.</summary>
    public Task<TResult> Outcome { get; }

    /// <summary>Counts one more who waits.</summary>
    public void Join() => _waiting++;

    /// <summary>Counts one less. Returns whether nobody is left.</summary>
    public bool Leave() => --_waiting == 0;

    /// <summary>Ends the work, if it has not ended yet.</summary>
    public void Stop() => _stop.Cancel();
}
