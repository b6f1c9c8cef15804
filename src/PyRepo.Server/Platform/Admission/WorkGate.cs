using System.Threading.RateLimiting;
using PyRepo.Egress;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Platform.Admission;

/// <summary>
/// The one gate for work whose result is in no cache: each takes what it weighs from an allowance of memory, or waits
/// for it. Whoever asks for the same at the same time shares it, and what turned out to be too costly is refused for a
/// while.
/// </summary>
/// <remarks>
/// The weight of work is documented at the work. Work must not wait for other work while it holds a share of the
/// allowance, or both might wait for ever. Light work has a lane of its own, so that a small page does not wait for all
/// large ones that came before.
/// </remarks>
/// <param name="allowance">
/// The bytes that all work may take at once; light work has an eighth of it in addition. What weighs more gets all.
/// </param>
/// <param name="processors">How many may compute at once; heavy work leaves one of several free.</param>
/// <param name="clock">Measures how long work waits and takes.</param>
sealed class WorkGate(long allowance, int processors, TimeProvider clock)
{
    /// <summary>The largest weight of light work, which takes no notice of the heap's headroom.</summary>
    const long MaxLightWeight = 1 << 20;

    /// <summary>The part of the allowance that light work has in addition.</summary>
    const int LightDivisor = 8;

    /// <summary>The memory of what is remembered.</summary>
    const int RememberedBytes = 1 << 20;

    static readonly AsyncLocal<Share?> _share = new();

    readonly Lock _lock = new();
    readonly Dictionary<object, object> _going = [];
    readonly BudgetedCache<object, (string Why, DateTimeOffset Until)> _refused = new(new(RememberedBytes));
    readonly WorkLane _heavy = new(allowance, Math.Max(1, processors - 1), clock);
    readonly WorkLane _light = new(allowance / LightDivisor, processors, clock);
    int _stuck;

    /// <summary>How much longer than it may work is given to notice that. Then it is given up.</summary>
    static readonly TimeSpan _timeToNotice = TimeSpan.FromSeconds(10);

    /// <summary>How long it is remembered that some work is too costly.</summary>
    public static TimeSpan RememberedFor { get; } = TimeSpan.FromMinutes(10);

    /// <summary>That of this process.</summary>
    public static WorkGate Shared { get; } =
        new(MemoryBudget.OfControlGroup().Capacity / 2, Environment.ProcessorCount, TimeProvider.System);

    /// <summary>The processor time that a piece of work may take.</summary>
    public TimeSpan MaxTime { get; init; } = ServerLimits.MaxWorkTime;

    /// <summary>The headroom of the heap, whoever holds the rest.</summary>
    public HeapHeadroom Headroom { get; init; } = HeapHeadroom.OfProcess;

    /// <summary>The memory for which work is waiting, in bytes.</summary>
    public long Waiting => _heavy.Waiting + _light.Waiting;

    /// <summary>
    /// The pieces of work that were given up because they did not end in time, and that still hold a thread.
    /// </summary>
    public int Stuck => Volatile.Read(ref _stuck);

    /// <summary>Whether so many are stuck that only a restart helps: half of those that may compute at once.</summary>
    public bool IsStuck => Stuck * 2 >= processors;

    /// <summary>Computes something, or shares what others are waiting for already.</summary>
    /// <param name="key">The key of the work.</param>
    /// <param name="weight">The memory that it takes meanwhile, in bytes.</param>
    /// <param name="make">Computes it, and charges the budget.</param>
    /// <param name="cancellationToken">Stops waiting, but not the work if others wait for it.</param>
    /// <exception cref="OverloadedException">There was no room for it in time.</exception>
    /// <exception cref="TooCostlyException">It takes too long, now or a while ago.</exception>
    public Task<T> ComputeAsync<T>(
        WorkKey<T> key, long weight, Func<WorkBudget, T> make, CancellationToken cancellationToken) =>
        RunAsync(key, weight, budget => budget.ComputeAsync(() => make(budget)), cancellationToken);

    /// <summary>
    /// Does the same for work that also waits. What it computes, it computes by <see cref="WorkBudget.ComputeAsync"/>.
    /// </summary>
    /// <inheritdoc cref="ComputeAsync"/>
    public async Task<T> RunAsync<T>(
        WorkKey<T> key, long weight, Func<WorkBudget, Task<T>> make, CancellationToken cancellationToken)
    {
        if (_share.Value is { IsHeld: true })
            throw new InvalidOperationException($"Work waits for {key} while it holds a share of the allowance.");
        cancellationToken.ThrowIfCancellationRequested();
        var work = Join(key, weight, make);
        try
        {
            return await work.Outcome.WaitAsync(cancellationToken);
        }
        finally
        {
            Leave(key, work);
        }
    }

    SharedWork<T> Join<T>(WorkKey<T> key, long weight, Func<WorkBudget, Task<T>> make)
    {
        lock (_lock)
        {
            if (_refused.TryGet(key, out var refused) && refused.Until - clock.GetUtcNow() is { Ticks: > 0 } wait)
                throw new TooCostlyException(refused.Why) { RetryAfter = wait };
            if (!_going.TryGetValue(key, out var going))
            {
                if (_going.Count >= ServerLimits.MaxConcurrentWork)
                    throw new OverloadedException();
                going = _going[key] = new SharedWork<T>(stop => AdmitAsync(key, weight, make, stop));
            }
            var work = (SharedWork<T>)going;
            work.Join();
            return work;
        }
    }

    void Leave<T>(WorkKey<T> key, SharedWork<T> work)
    {
        lock (_lock)
        {
            if (!work.Leave())
                return;
            _going.Remove(key);
        }
        work.Stop();
    }

    async Task<T> AdmitAsync<T>(
        WorkKey<T> key, long weight, Func<WorkBudget, Task<T>> make, CancellationToken left)
    {
        var lane = weight > MaxLightWeight ? _heavy : _light;
        using var lease = await lane.TakeAsync(weight, left);
        if (lane == _heavy && !await Headroom.WaitForRoomAsync(Math.Min(weight, allowance), left))
            throw new OverloadedException();
        using var limit = new CancellationTokenSource(ServerLimits.MaxWorkDuration, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(left, limit.Token);
        using var share = new Share();
        var budget = new WorkBudget(MaxTime, lane.Processors, stop.Token);
        // It may compute on and on without charging its budget. So it has a thread that can be given up.
        var making = DetachedTask.Run(() =>
        {
            _share.Value = share;
            return make(budget);
        });
        if (!await EndsInTimeAsync(making))
        {
            GiveUp(making, budget);
            throw Remember(key, new TooCostlyException(
                $"It takes more than {ServerLimits.MaxWorkDuration.TotalSeconds} s, and does not end."));
        }
        try
        {
            return await making;
        }
        catch (OperationCanceledException) when (
            limit.IsCancellationRequested && budget.IsWaitingForProcessor && !left.IsCancellationRequested)
        {
            throw new OverloadedException(); // That says nothing of the work.
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !left.IsCancellationRequested)
        {
            throw Remember(key, new TooCostlyException(
                $"It takes more than {ServerLimits.MaxWorkDuration.TotalSeconds} s."));
        }
        catch (TooCostlyException error)
        {
            Remember(key, error);
            throw;
        }
    }

    /// <summary>
    /// Returns whether work ends before it is given up. Work that ends just when its time is over has ended, with
    /// whatever it says.
    /// </summary>
    async Task<bool> EndsInTimeAsync(Task making)
    {
        using var ended = new CancellationTokenSource();
        await Task.WhenAny(
            making, Task.Delay(ServerLimits.MaxWorkDuration + _timeToNotice, clock, ended.Token));
        await ended.CancelAsync();
        return making.IsCompleted;
    }

    /// <summary>Gives back what work holds that does not end, and counts it for as long as it goes on.</summary>
    void GiveUp(Task making, WorkBudget budget)
    {
        budget.GiveTurnBack();
        Interlocked.Increment(ref _stuck);
        _ = making.ContinueWith(
            _ => Interlocked.Decrement(ref _stuck), CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    TooCostlyException Remember<T>(WorkKey<T> key, TooCostlyException error)
    {
        _refused.Set(key, (error.Message, clock.GetUtcNow() + RememberedFor), key.Weight);
        return error;
    }

    /// <summary>A share of the allowance, which the work holds until it ends.</summary>
    sealed class Share : IDisposable
    {
        public bool IsHeld { get; private set; } = true;

        public void Dispose() => IsHeld = false;
    }
}

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

    /// <summary>The result of the work, for all who wait.</summary>
    public Task<TResult> Outcome { get; }

    /// <summary>Counts one more who waits.</summary>
    public void Join() => _waiting++;

    /// <summary>Counts one less. Returns whether nobody is left.</summary>
    public bool Leave() => --_waiting == 0;

    /// <summary>Ends the work, if it has not ended yet.</summary>
    public void Stop() => _stop.Cancel();
}

/// <summary>An allowance of memory and processors for work, which gets it in the order of coming.</summary>
/// <param name="allowance">The bytes that all work may take at once. What weighs more gets all of it.</param>
/// <param name="processors">How many may compute at once.</param>
/// <param name="clock">Measures how long work waits.</param>
sealed class WorkLane(long allowance, int processors, TimeProvider clock)
{
    const int PermitBytes = 1 << 10;

    readonly int _permits = GetPermits(allowance);
    readonly ConcurrencyLimiter _allowance = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = GetPermits(allowance),
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Turns to compute.</summary>
    public SemaphoreSlim Processors { get; } = new(processors);

    /// <summary>The memory for which work is waiting, in bytes.</summary>
    public long Waiting => _allowance.GetStatistics()!.CurrentQueuedCount * PermitBytes;

    /// <summary>Waits for a share of the allowance.</summary>
    /// <exception cref="OverloadedException">There was none in time.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits for the work any more.</exception>
    public Task<RateLimitLease> TakeAsync(long weight, CancellationToken left) => WaitLimit.ApplyAsync(
        either => _allowance.AcquireAsync(Math.Min(GetPermits(weight), _permits), either).AsTask(), clock, left);

    static int GetPermits(long bytes) => (int)Math.Clamp((bytes + PermitBytes - 1) / PermitBytes, 1, int.MaxValue);
}
