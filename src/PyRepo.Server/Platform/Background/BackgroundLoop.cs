using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Platform.Background;

/// <summary>
/// Work that is repeated until the server stops. Whatever a pass throws is logged, and the work starts again after a
/// pause that doubles with each failure. It ends neither the process nor other work.
/// </summary>
sealed class BackgroundLoop(string name, string repository, TimeProvider clock, ILogger logger)
{
    const int MaxKinds = 100;

    /// <summary>A pause after a failure is at least this many times as long as the pass.</summary>
    const int PassShare = 20;

    /// <summary>A failure of the same kind is logged again only after this time.</summary>
    static readonly TimeSpan _logInterval = TimeSpan.FromMinutes(10);
    static readonly TimeSpan _firstPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(30);

    /// <summary>The longest pause after a pass that took long.</summary>
    static readonly TimeSpan _longestPauseOfLongPass = TimeSpan.FromMinutes(5);

    readonly Dictionary<(Type Type, int Code), long> _loggedAt = [];
    volatile BackgroundFailure? _failure;
    long _failures;
    bool _isLogged;

    /// <summary>The kind of work, in one word.</summary>
    public string Name => name;

    /// <summary>The repository that it works for. Empty if it works for the whole server.</summary>
    public string Repository => repository;

    /// <summary>How many passes have failed.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Why it fails, or null if the last pass succeeded.</summary>
    public BackgroundFailure? Failure => _failure;

    /// <summary>Repeats a pass until it is canceled. It throws nothing.</summary>
    /// <param name="pass">One pass.</param>
    /// <param name="pause">Returns how long to pause after a pass that took a given time.</param>
    /// <param name="cancellationToken">Ends the loop.</param>
    public async Task RunAsync(
        Func<CancellationToken, Task> pass, Func<TimeSpan, TimeSpan> pause, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var began = clock.GetTimestamp();
            var succeeded = await TryPassAsync(pass, cancellationToken);
            var elapsed = clock.GetElapsedTime(began);
            await PauseAsync(succeeded ? pause(elapsed) : PauseAfterFailure(elapsed), cancellationToken);
        }
    }

    /// <summary>Repeats a pass until it succeeds or is canceled. It throws nothing.</summary>
    public async Task RunOnceAsync(Func<CancellationToken, Task> pass, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var began = clock.GetTimestamp();
            if (await TryPassAsync(pass, cancellationToken))
                return;
            await PauseAsync(PauseAfterFailure(clock.GetElapsedTime(began)), cancellationToken);
        }
    }

    async Task<bool> TryPassAsync(Func<CancellationToken, Task> pass, CancellationToken cancellationToken)
    {
        try
        {
            await pass(cancellationToken);
            Succeed();
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception error)
        {
            Note(error);
            return false;
        }
    }

    void Succeed()
    {
        if (_isLogged)
            Log.LoopRecovered(logger, name, repository, _failure!.Count);
        _isLogged = false;
        _failure = null;
    }

    void Note(Exception error)
    {
        try
        {
            Fail(error);
        }
        catch (OutOfMemoryException)
        {
            // There is not even memory to log it. The loop must not end, and the next failure is logged.
        }
    }

    void Fail(Exception error)
    {
        Interlocked.Increment(ref _failures);
        var before = _failure;
        _failure = new BackgroundFailure(
            error.Message, before?.Since ?? clock.GetUtcNow(), (before?.Count ?? 0) + 1);
        if (!ShouldLog(error))
            return;
        _isLogged = true;
        Log.LoopFailed(logger, name, repository, Failures, error);
    }

    bool ShouldLog(Exception error)
    {
        var kind = (error.GetType(), error.HResult);
        if (_loggedAt.TryGetValue(kind, out var at) && clock.GetElapsedTime(at) < _logInterval)
            return false;
        if (_loggedAt.Count >= MaxKinds)
            _loggedAt.Clear();
        _loggedAt[kind] = clock.GetTimestamp();
        return true;
    }

    /// <summary>Returns a pause that doubles, and leaves most of the time to others if a pass takes long.</summary>
    TimeSpan PauseAfterFailure(TimeSpan pass)
    {
        var doubled = _firstPause.Ticks << (int)Math.Clamp((_failure?.Count ?? 1) - 1, 0, 10);
        var share = Math.Min(_longestPauseOfLongPass.Ticks, PassShare * pass.Ticks);
        return TimeSpan.FromTicks(Math.Max(Math.Min(_longestPause.Ticks, doubled), share));
    }

    async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (OutOfMemoryException)
        {
            // There is not even memory for a timer. The loop must not end, nor take all of the time.
            Thread.Sleep(_firstPause);
        }
    }
}

/// <summary>Why background work fails.</summary>
/// <param name="Message">The message of the last failure.</param>
/// <param name="Since">When it began to fail.</param>
/// <param name="Count">How many passes have failed in a row.</param>
sealed record BackgroundFailure(string Message, DateTimeOffset Since, long Count);
