namespace PyRepo.Server.Platform.Admission;

/// <summary>
/// The budget of one piece of work. The work charges it as it goes on, and is ended when it is spent.
/// </summary>
/// <param name="time">The processor time.</param>
/// <param name="processors">Turns to compute, or null if there is no need to wait for one.</param>
/// <param name="stop">Canceled when nobody waits for the work any more, or when it takes too long.</param>
sealed class WorkBudget(TimeSpan time, SemaphoreSlim? processors = null, CancellationToken stop = default)
{
    /// <summary>The steps between two looks at the clock, which cost some hundred nanoseconds each.</summary>
    const int StepsPerLook = 16 << 10;

    long _steps;
    TimeSpan _spent, _began;
    bool _isComputing;
    int _hasTurn;

    /// <inheritdoc cref="WorkBudget" path="/param[@name='stop']"/>
    public CancellationToken Stop => stop;

    /// <summary>Whether it waits for its turn to compute.</summary>
    public bool IsWaitingForProcessor { get; private set; }

    /// <summary>Computes something. Only this counts: what is waited for costs no processor time.</summary>
    /// <exception cref="TooCostlyException">The budget is spent.</exception>
    public async Task<T> ComputeAsync<T>(Func<T> compute)
    {
        if (processors is null)
            return Compute(compute);
        IsWaitingForProcessor = true;
        await processors.WaitAsync(stop);
        IsWaitingForProcessor = false;
        Volatile.Write(ref _hasTurn, 1);
        try
        {
            return Compute(compute);
        }
        finally
        {
            GiveTurnBack();
        }
    }

    /// <summary>
    /// Gives the turn to compute back, if the work has one: at its end, or when it did not end in time, though it still
    /// computes.
    /// </summary>
    public void GiveTurnBack()
    {
        if (Interlocked.Exchange(ref _hasTurn, 0) == 1)
            processors!.Release();
    }

    /// <summary>Computes something on this thread, at once.</summary>
    /// <exception cref="TooCostlyException">The budget is spent.</exception>
    public T Compute<T>(Func<T> compute)
    {
        (_began, _isComputing) = (ThreadTime.OfCurrent(), true);
        try
        {
            return compute();
        }
        finally
        {
            _spent += ThreadTime.OfCurrent() - _began;
            _isComputing = false;
        }
    }

    /// <summary>
    /// Begins a part that may spend as much again: for work that grows with what its owner has stored, and whose parts
    /// are kept. It still has to be done in time.
    /// </summary>
    public void BeginPart() => (_spent, _began) = (TimeSpan.Zero, ThreadTime.OfCurrent());

    /// <summary>Charges some steps, each of which is about as much as to read or to write a byte.</summary>
    /// <exception cref="TooCostlyException">The budget is spent.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits for the work, or it takes too long.</exception>
    public void Charge(long steps)
    {
        _steps += steps;
        if (_steps < StepsPerLook)
            return;
        _steps = 0;
        stop.ThrowIfCancellationRequested();
        var spent = _isComputing ? _spent + ThreadTime.OfCurrent() - _began : _spent;
        if (spent > time)
            throw new TooCostlyException($"It takes more than {time.TotalSeconds} s of CPU time.");
    }
}
