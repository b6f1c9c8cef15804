using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Watching;

/// <summary>
/// Keeps a copy of the objects of one kind and raises their changes. It lists the objects once and then watches them.
/// After a lost connection the watch continues at the last resourceVersion. Only if the server no longer serves that
/// version, or fails again and again, it lists again and reports the objects that are missing as deleted
/// (<see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes">API
/// concepts</see>).
/// </summary>
/// <remarks>An object that can't be read as its record keeps the copy it had, if any, until it goes.</remarks>
public sealed class Informer<T>(
    KubernetesClient client, ResourceType<T> type, InformerScope scope, TimeProvider clock, ILogger logger)
    where T : KubernetesObject
{
    readonly Indexer<T> _indexer = new();
    readonly Lock _changing = new();
    readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly long _created = clock.GetTimestamp();
    Reflector<T>[] _reflectors = [];
    volatile bool _isServed;

    /// <summary>
    /// An object was added, changed or deleted; the copy has already changed. Raised one at a time. Handlers must be
    /// quick, and must be added before <see cref="RunAsync"/>.
    /// </summary>
    public event Action<InformerEvent<T>>? Changed;

    /// <summary>The cluster began or ceased to serve an <see cref="IsOptional"/> kind.</summary>
    public event Action? ServedChanged;

    /// <summary>
    /// Whether the cluster may lack the kind: there are no objects then, and it is looked for again and again. A kind
    /// that may not be read counts as lacking until it may.
    /// </summary>
    public bool IsOptional { get; init; }

    /// <summary>Whether the cluster serves the kind, and its objects were listed.</summary>
    public bool IsServed => _isServed;

    /// <summary>
    /// Returns the part of an object that is kept; null: all of its record. It may return null: the object is not kept,
    /// as if it were not there. Name, namespace, uid and resourceVersion must stay.
    /// </summary>
    public Func<T, T?>? Transform { get; init; }

    /// <summary>
    /// How many objects of one namespace are kept, as <see cref="CountOf"/> counts them. What is beyond is not kept, as
    /// if it were not there.
    /// </summary>
    public int MaxPerNamespace { get; init; } = int.MaxValue;

    /// <summary>As how many an object counts; null: as one. One that counts as none is always kept.</summary>
    public Func<T, int>? CountOf { get; init; }

    /// <summary>
    /// The memory for the objects of one namespace, of all informers that share it; null: it is not counted.
    /// </summary>
    public MemoryBudget? Budget { get; init; }

    /// <summary>About how many bytes of memory a kept object takes of <see cref="Budget"/>.</summary>
    public Func<T, int>? SizeOf { get; init; }

    /// <summary>An object of a namespace was left out.</summary>
    public event Action<string>? LeftOut;

    /// <summary>Why its objects can't be listed now; null: they are listed, or nothing was tried yet.</summary>
    public string? Failure => Volatile.Read(ref _reflectors).Select(w => w.Failure).FirstOrDefault(f => f is not null);

    /// <summary>The kind.</summary>
    public ResourceType<T> Type => type;

    /// <summary>Completes once all objects have been listed; canceled where that never comes.</summary>
    public Task Synced => _synced.Task;

    /// <summary>
    /// How long ago its last list, event or bookmark came; of several namespaces, the longest time. Attempts do not
    /// count. While it works it is never ten minutes.
    /// </summary>
    public TimeSpan SinceProgress => Volatile.Read(ref _reflectors) is { Length: > 0 } watches
        ? watches.Max(w => w.SinceProgress)
        : clock.GetElapsedTime(_created);

    /// <summary>All objects, as they are now.</summary>
    public IReadOnlyCollection<T> All => _indexer.All();

    /// <summary>One object; null: there is none.</summary>
    public T? Find(ObjectKey key) => _indexer.Find(key);

    /// <summary>The objects of one namespace.</summary>
    public IEnumerable<T> InNamespace(string ns) => _indexer.InNamespace(ns);

    /// <summary>The objects for which an index has this key.</summary>
    /// <exception cref="KeyNotFoundException">There is no such index.</exception>
    public IEnumerable<T> ByIndex(string indexName, string key) => _indexer.ByIndex(indexName, key);

    /// <summary>Adds an index.</summary>
    /// <param name="name">Its name, given once.</param>
    /// <param name="keysOf">The keys of an object, always the same ones for the same object.</param>
    public void AddIndex(string name, Func<T, IEnumerable<string>> keysOf) => _indexer.AddIndex(name, keysOf);

    /// <summary>Lists and watches until it is canceled. No failure of the server ends it.</summary>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        IEnumerable<string> namespaces = scope.Namespaces is { Count: > 0 } some ? some.Distinct() : [""];
        Reflector<T>[] watches =
            [.. namespaces.Select(ns => new Reflector<T>(client, type, ns, scope.ListOptions, this, clock, logger))];
        Volatile.Write(ref _reflectors, watches);
        try
        {
            await Task.WhenAll(watches.Select(w => w.RunAsync(cancellationToken)));
        }
        finally
        {
            _synced.TrySetCanceled(cancellationToken);
        }
    }

    /// <summary>Records that a namespace has been listed, or that the cluster lacks the kind.</summary>
    internal void NoteListed()
    {
        lock (_changing)
        {
            if (!_reflectors.All(w => w.IsListed))
                return;
            var isServed = _reflectors.All(w => w.IsServed);
            var hasChanged = isServed != _isServed && _synced.Task.IsCompleted;
            _isServed = isServed;
            _synced.TrySetResult();
            if (hasChanged)
                ServedChanged?.Invoke();
        }
    }

    /// <summary>The copies of one namespace, or all.</summary>
    internal IReadOnlyCollection<T> Known(string ns) => ns.Length == 0 ? _indexer.All() : _indexer.InNamespace(ns);

    /// <summary>Keeps of an object that was read otherwise what is kept of one that is watched.</summary>
    public void Refresh(T read)
    {
        ArgumentNullException.ThrowIfNull(read);
        if ((Transform is null ? read : Transform(read)) is { } kept)
            Replace(kept);
    }

    /// <summary>
    /// Keeps more or less of an object than until now; nothing happens if the copy is of another version.
    /// </summary>
    public void Replace(T kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        lock (_changing)
        {
            var weight = GetWeight(kept);
            if (_indexer.Find(kept.Key) is not { } before || !IsSameVersion(before, kept) || !HasRoom(kept.Key, weight))
                return;
            Put(kept.Key, kept, weight);
            Raise(new(before, kept));
        }
    }

    /// <summary>
    /// Returns the part of an object to keep: the copy that is there already, if the object has not changed.
    /// </summary>
    internal T? Keep(T read) =>
        _indexer.Find(read.Key) is { } known && IsSameVersion(known, read) ? known
            : Transform is null ? read
            : Transform(read);

    /// <summary>Records an object as it is now; false: there is no room for it.</summary>
    internal bool Set(T after)
    {
        lock (_changing)
        {
            var before = _indexer.Find(after.Key);
            if (before is not null && IsSameVersion(before, after))
                return true;
            var weight = GetWeight(after);
            if (!HasRoom(after.Key, weight))
            {
                LeftOut?.Invoke(after.Key.Namespace);
                Remove(after.Key, null);
                return false;
            }
            if (before is not null && before.Metadata.Uid != after.Metadata.Uid)
            {
                // It was deleted and created again, and the watch missed it.
                Put(after.Key, null, default);
                Raise(new(before, null));
                before = null;
            }
            Put(after.Key, after, weight);
            Raise(new(before, after));
            return true;
        }
    }

    /// <summary>Records that an object is gone.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="last">Its last version; null: the last one that is known.</param>
    internal void Remove(ObjectKey key, T? last)
    {
        lock (_changing)
        {
            if (Put(key, null, default) is { } before)
                Raise(new(last is null ? before : Transform is null ? last : Transform(last) ?? before, null));
        }
    }

    static bool IsSameVersion(T one, T other) => one.Metadata.ResourceVersion == other.Metadata.ResourceVersion;

    ObjectWeight GetWeight(T value) =>
        new(CountOf?.Invoke(value) ?? 1, Budget is null ? 0 : SizeOf?.Invoke(value) ?? 0);

    bool HasRoom(ObjectKey key, ObjectWeight weight)
    {
        var before = _indexer.GetWeight(key);
        return weight.Count == 0
            || (_indexer.CountIn(key.Namespace) - before.Count + weight.Count <= MaxPerNamespace
                && Budget?.HasRoom(key.Namespace, weight.Bytes - before.Bytes) is not false);
    }

    T? Put(ObjectKey key, T? after, ObjectWeight weight)
    {
        Budget?.Take(key.Namespace, weight.Bytes - _indexer.GetWeight(key).Bytes);
        return _indexer.Set(key, after, weight);
    }

    void Raise(InformerEvent<T> change)
    {
        try
        {
            Changed?.Invoke(change);
        }
        catch (Exception error)
        {
            Log.ListenerFailed(logger, error, type.Kind, change.Key);
        }
    }
}

/// <summary>Which objects of a kind are watched.</summary>
/// <param name="Namespaces">In these namespaces, each with a watch of its own; null or empty: in all.</param>
/// <param name="ListOptions">Of those, these.</param>
public sealed record InformerScope(IReadOnlyList<string>? Namespaces = null, ListOptions? ListOptions = null);

/// <summary>An object that came, changed or went; a change holds two different resourceVersions.</summary>
/// <param name="Before">As it was last known; null: it is new.</param>
/// <param name="After">As it is; null: it is gone.</param>
public sealed record InformerEvent<T>(T? Before, T? After)
    where T : KubernetesObject
{
    /// <summary>Where it is, or was.</summary>
    public ObjectKey Key => (After ?? Before)!.Key;
}
