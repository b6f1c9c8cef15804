namespace PyRepo.Server.Tests.Content.Records.Simulation;

/// <summary>A process: what it has to do next, one thing after the other, unless it is stopped or killed.</summary>
/// <param name="world">The simulation.</param>
/// <param name="name">Its name.</param>
sealed class SimulatedProcess(SimulatedWorld world, string name) : SynchronizationContext
{
    readonly Queue<(SendOrPostCallback Callback, object? State)> _work = new();
    long _stops;
    long _frozenAt;
    long _frozen;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Whether it was killed, or has ended.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Whether it does nothing at the moment.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Whether its clock stands still, too.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>How often its machine was paused.</summary>
    public int Freezes { get; private set; }

    /// <summary>Whether it was paused since it began the last renewal that succeeded.</summary>
    public bool WasFrozen { get; set; }

    /// <summary>Whether it can go on.</summary>
    public bool IsReady => _work.Count > 0 && !IsDead && !IsStopped;

    /// <summary>How far its clock of the day is ahead.</summary>
    public TimeSpan ClockError { get; set; }

    /// <summary>The time of its own clock, in ticks.</summary>
    public long Time => (IsFrozen ? _frozenAt : world.Now) - _frozen;

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        world.RequireThread();
        if (!IsDead)
            _work.Enqueue((d, state));
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Does the next thing.</summary>
    public void RunNext()
    {
        var (callback, state) = _work.Dequeue();
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Begins something that goes on beside the rest. An error in it fails the run.</summary>
    public void Begin(Func<Task> work) => Post(_ => RunAsync(work), null);

    async void RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception error)
        {
            world.Fail($"{name} failed: {error}");
        }
    }

    /// <summary>Stops it for a time.</summary>
    /// <param name="time">How long.</param>
    /// <param name="isFrozen">Whether its clock stands still meanwhile.</param>
    public void Stop(TimeSpan time, bool isFrozen)
    {
        if (IsStopped || IsDead)
            return;
        world.Note(isFrozen ? "freezes" : "stops", name, time.Ticks);
        (IsStopped, IsFrozen, _frozenAt) = (true, isFrozen, world.Now);
        if (isFrozen)
            (WasFrozen, Freezes) = (true, Freezes + 1);
        var stop = ++_stops;
        world.After(time, () =>
        {
            if (stop != _stops || IsDead)
                return;
            world.Note("goes on", name);
            if (IsFrozen)
                _frozen += world.Now - _frozenAt;
            (IsStopped, IsFrozen) = (false, false);
        });
    }

    /// <summary>Ends it. What it has sent may still arrive.</summary>
    public void Kill()
    {
        world.Note("ends", name);
        IsDead = true;
        _work.Clear();
    }
}
