using PyRepo.Metrics;

namespace PyRepo.Kubernetes.Queue;

/// <summary>
/// Keys to work on, as client-go's workqueue and controller-runtime's priority queue have them: a key waits once
/// however often it is added; it is never worked on twice at a time; one that is added while it is worked on comes once
/// more after that; times set for later outlive whatever happens before.
/// </summary>
/// <remarks>
/// Unlike those, it gives each group of keys, such as a namespace, its share of the workers: see <see
/// cref="FairLine{TKey}"/>. What goes first by its priority does so among groups with as many keys in work.
/// </remarks>
public sealed class WorkQueue<TKey> where TKey : notnull
{
    readonly Lock _lock = new();
    readonly TimeProvider _clock;
    readonly WorkQueueMetrics _metrics;
    readonly DelayingQueue<TKey> _delayed;
    readonly ItemBackOff<TKey> _backOff = new();
    readonly Dictionary<TKey, Waiting> _waiting = [];
    readonly Dictionary<TKey, long> _working = [];
    readonly FairLine<TKey>[] _order;
    readonly Dictionary<string, int> _inWork = new(StringComparer.Ordinal);
    readonly Func<TKey, string> _groupOf;
    readonly SemaphoreSlim _ready = new(0);
    bool _isShutDown;

    /// <param name="name">Its name in metrics.</param>
    /// <param name="clock">For what is added for later.</param>
    /// <param name="registry">Where its metrics go.</param>
    /// <param name="groupOf">
    /// The group of a key, such as its namespace, none of which keeps another waiting; null: all are of one.
    /// </param>
    public WorkQueue(
        string name, TimeProvider clock, MetricRegistry registry, Func<TKey, string>? groupOf = null)
    {
        _groupOf = groupOf ?? (_ => "");
        _order = [new(_groupOf), new(_groupOf)];
        _clock = clock;
        _metrics = new WorkQueueMetrics(registry, name);
        _metrics.AddGauges(Depth, () => WorkTimes().Sum(), () => WorkTimes().DefaultIfEmpty().Max());
        _delayed = new DelayingQueue<TKey>(clock, Add);
    }

    /// <summary>How many keys wait, those not counted that are for later.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Adds a key now. A key that already waits takes the higher of the two priorities.</summary>
    public void Add(TKey key, QueuePriority priority = QueuePriority.Normal)
    {
        lock (_lock)
        {
            if (_isShutDown)
                return;
            if (!_waiting.TryGetValue(key, out var waiting))
            {
                _metrics.Adds.Increment();
                _waiting[key] = waiting = new Waiting(priority, _clock.GetTimestamp());
            }
            else if (waiting.Priority >= priority)
            {
                return;
            }
            waiting.Priority = priority;
            if (!_working.ContainsKey(key))
                Enqueue(key, waiting);
        }
    }

    /// <summary>Adds a key after a time. Of several times of one key the earliest counts.</summary>
    public void AddAfter(TKey key, TimeSpan delay, QueuePriority priority = QueuePriority.Normal)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key, priority);
            return;
        }
        lock (_lock)
        {
            if (_isShutDown)
                return;
        }
        _metrics.Retries.Increment();
        _delayed.Add(key, delay, priority);
    }

    /// <summary>
    /// Adds a key that failed: after 5 ms, and twice as long for each failure since <see cref="Forget"/>, up to 1000 s.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="atLeast">Not before this time.</param>
    /// <param name="priority">How it goes then.</param>
    public void AddRateLimited(TKey key, TimeSpan atLeast = default, QueuePriority priority = QueuePriority.Normal)
    {
        TimeSpan delay;
        lock (_lock)
            delay = _backOff.Next(key);
        AddAfter(key, delay > atLeast ? delay : atLeast, priority);
    }

    /// <summary>A key did not fail: its next failure is its first.</summary>
    public void Forget(TKey key)
    {
        lock (_lock)
            _backOff.Forget(key);
    }

    /// <summary>How often a key failed since <see cref="Forget"/>.</summary>
    public int Failures(TKey key)
    {
        lock (_lock)
            return _backOff.Failures(key);
    }

    /// <summary>Takes the next key, and waits for one.</summary>
    /// <returns>Null once the queue is shut down.</returns>
    public async ValueTask<WorkItem<TKey>?> GetAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _ready.WaitAsync(cancellationToken);
            lock (_lock)
            {
                if (_isShutDown)
                {
                    _ready.Release();
                    return null;
                }
                if (Dequeue() is { } item)
                    return item;
            }
        }
    }

    /// <summary>The work on a key ended, well or not.</summary>
    public void Done(TKey key)
    {
        lock (_lock)
        {
            if (!_working.Remove(key, out var began))
                return;
            CountWork(key, -1);
            _metrics.WorkDuration.Observe(_clock.GetElapsedTime(began));
            if (!_isShutDown && _waiting.TryGetValue(key, out var waiting))
                Enqueue(key, waiting);
        }
    }

    /// <summary>Hands out nothing any more.</summary>
    public void ShutDown()
    {
        lock (_lock)
        {
            if (_isShutDown)
                return;
            _isShutDown = true;
            _waiting.Clear();
            Array.ForEach(_order, line => line.Clear());
            _ready.Release();
        }
        _delayed.Dispose();
    }

    // The semaphore counts the keys that stand in a line; one that changes lines is counted already.
    void Enqueue(TKey key, Waiting waiting)
    {
        if (waiting.Position is { } place)
            place.Leave();
        else
            _ready.Release();
        waiting.Position = _order[(int)waiting.Priority].Add(key);
    }

    WorkItem<TKey>? Dequeue()
    {
        if (Next() is not { } first)
            return null;
        first.Take();
        var key = first.Key;
        _waiting.Remove(key, out var waiting);
        var now = _clock.GetTimestamp();
        _working[key] = now;
        CountWork(key, 1);
        _metrics.QueueDuration.Observe(_clock.GetElapsedTime(waiting!.Since, now));
        return new WorkItem<TKey>(key, waiting.Priority);
    }

    /// <summary>
    /// Returns the next key: a change goes before a mere look, unless its group has more in work already. Otherwise, a
    /// group that changes all the time would keep all others from what start-up and resync find.
    /// </summary>
    FairLine<TKey>.Place? Next()
    {
        var normal = _order[(int)QueuePriority.Normal].First(_inWork);
        if (normal is { InWork: 0 })
            return normal;
        var low = _order[(int)QueuePriority.Low].First(_inWork);
        return normal is null || low?.InWork < normal.InWork ? low : normal;
    }

    void CountWork(TKey key, int change)
    {
        var group = _groupOf(key);
        if ((_inWork[group] = _inWork.GetValueOrDefault(group) + change) == 0)
            _inWork.Remove(group);
    }

    double Depth(QueuePriority priority)
    {
        lock (_lock)
            return _order[(int)priority].Count;
    }

    List<double> WorkTimes()
    {
        lock (_lock)
            return [.. _working.Values.Select(began => _clock.GetElapsedTime(began).TotalSeconds)];
    }

    sealed class Waiting(QueuePriority priority, long since)
    {
        public QueuePriority Priority { get; set; } = priority;

        public long Since => since;

        /// <summary>Null while the key is worked on.</summary>
        public FairLine<TKey>.Place? Position { get; set; }
    }
}

/// <summary>A key to work on. Whoever took it calls <see cref="WorkQueue{TKey}.Done"/> in the end.</summary>
public readonly record struct WorkItem<TKey>(TKey Key, QueuePriority Priority);
