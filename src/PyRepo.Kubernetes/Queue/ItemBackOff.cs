namespace PyRepo.Kubernetes.Queue;

/// <summary>
/// How long each key waits after its failures: 5 ms, 10 ms, 20 ms, … 1000 s (client-go's per-item limiter).
/// </summary>
/// <remarks>Not thread-safe.</remarks>
sealed class ItemBackOff<TKey> where TKey : notnull
{
    static readonly TimeSpan _initial = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan _max = TimeSpan.FromSeconds(1000);

    // 5 ms × 2^18 is above the longest.
    const int Doublings = 18;

    readonly Dictionary<TKey, int> _failures = [];

    public TimeSpan Next(TKey key)
    {
        var failures = Failures(key);
        _failures[key] = failures + 1;
        return failures >= Doublings ? _max : _initial * (1L << failures);
    }

    public int Failures(TKey key) => _failures.GetValueOrDefault(key);

    public void Forget(TKey key) => _failures.Remove(key);
}
