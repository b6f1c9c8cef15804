using System.Collections.Concurrent;
using System.Text.Json;
using PyRepo.Kubernetes.Objects.Digests;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Apply;

/// <summary>
/// Remembers recent writes, so that an informer that lags behind does not cause a second one; and remembers what the
/// cluster made of a write, if that is not what was desired.
/// </summary>
/// <remarks>The informer may see an object go before what was written of it is recorded; then nothing is.</remarks>
/// <param name="clock">For how long a write is waited for.</param>
/// <param name="isThere">Whether the informer has an object.</param>
sealed class Expectations<T>(TimeProvider clock, Func<ObjectKey, bool> isThere) where T : KubernetesObject
{
    // An informer that is further behind costs one needless write, no more.
    static readonly TimeSpan _maxLag = TimeSpan.FromSeconds(10);

    readonly ConcurrentDictionary<ObjectKey, Write> _writes = new();
    readonly ConcurrentDictionary<ObjectKey, (string Hash, ObjectDigest? Outcome)> _outcomes = new();
    readonly ConcurrentDictionary<ObjectKey, (string Uid, long At)> _deletions = new();
    int _removals;

    /// <summary>How many objects are remembered in any way.</summary>
    public int Count => _writes.Count + _outcomes.Count + _deletions.Count;

    /// <summary>How many objects the informer has seen go.</summary>
    public int Removals => Volatile.Read(ref _removals);

    /// <summary>Remembers a write.</summary>
    /// <param name="key">Of which object.</param>
    /// <param name="copy">The informer's copy at that time.</param>
    /// <param name="written">The object after it.</param>
    /// <param name="removalsBefore"><see cref="Removals"/> before it.</param>
    public void RecordWrite(ObjectKey key, T? copy, T written, int removalsBefore)
    {
        var write = new Write(copy?.Metadata.ResourceVersion, written, clock.GetTimestamp());
        _writes[key] = write;
        if (HasGone(key, removalsBefore))
            _writes.TryRemove(KeyValuePair.Create(key, write));
    }

    /// <summary>The object as it is, as far as is known: the informer's copy, or what was written since.</summary>
    public T? Newest(ObjectKey key, T? copy)
    {
        if (!_writes.TryGetValue(key, out var write))
            return copy;
        if (copy?.Metadata.ResourceVersion == write.VersionBefore && clock.GetElapsedTime(write.At) < _maxLag)
            return write.Written;
        _writes.TryRemove(KeyValuePair.Create(key, write));
        return copy;
    }

    /// <summary>Remembers a deletion.</summary>
    public void RecordDeletion(ObjectKey key, string uid)
    {
        _deletions[key] = (uid, clock.GetTimestamp());
        if (!isThere(key))
            _deletions.TryRemove(key, out _);
    }

    /// <summary>Whether an informer's copy is of an object that was deleted lately.</summary>
    public bool IsDeleted(T copy) =>
        _deletions.TryGetValue(copy.Key, out var deletion)
        && deletion.Uid == copy.Metadata.Uid && clock.GetElapsedTime(deletion.At) < _maxLag;

    /// <summary>
    /// Remembers that a write left the object other than desired: others share its lists, or an admission changes it.
    /// </summary>
    public void RecordOutcome(ObjectKey key, string hash, ObjectDigest? outcome, int removalsBefore)
    {
        _outcomes[key] = (hash, outcome);
        if (HasGone(key, removalsBefore))
            _outcomes.TryRemove(key, out _);
    }

    /// <summary>Undoes <see cref="RecordOutcome"/>.</summary>
    public void ForgetOutcome(ObjectKey key) => _outcomes.TryRemove(key, out _);

    /// <summary>Whether the object is as the last write of the same left it: one more would change nothing.</summary>
    public bool IsOutcome(ObjectKey key, string hash, JsonElement desired, ObjectDigest live) =>
        _outcomes.TryGetValue(key, out var known) && known.Hash == hash
        && known.Outcome is { } outcome && DriftDetector.AreEquivalent(desired, outcome, live);

    /// <summary>Forgets an object that is gone.</summary>
    public void Forget(ObjectKey key)
    {
        Interlocked.Increment(ref _removals);
        _writes.TryRemove(key, out _);
        _outcomes.TryRemove(key, out _);
        _deletions.TryRemove(key, out _);
    }

    bool HasGone(ObjectKey key, int removalsBefore) => removalsBefore != Removals && !isThere(key);

    sealed record Write(string? VersionBefore, T Written, long At);
}
