using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;

namespace PyRepo.Kubernetes.Watching;

/// <summary>
/// Keeps a copy of the objects of one kind and tells of their changes. Objects are listed once and then watched; after
/// a lost connection the watch goes on where it ended, and only where the server no longer knows that place is listed
/// again, and what went meanwhile is told as gone.
/// </summary>
/// <remarks>An object that can't be read as its record keeps the copy it had, if any, until it goes.</remarks>
public sealed class Informer<T>(
    KubernetesClient client, ResourceType<T> type, InformerScope scope, TimeProvider clock, ILogger logger)
    where T : KubernetesObject
{
    readonly Indexer<T> _indexer = new();
    readonly Lock _changing = new();
    readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly DateTimeOffset _created = clock.GetUtcNow();
    Reflector<T>[] _reflectors = [];

    /// <summary>
    /// An object came, changed or went; the copy is changed already. Raised one after the other; who listens does
    /// little, and is added before <see cref="RunAsync"/>.
    /// </summary>
    public event Action<InformerChange<T>>? Changed;

    /// <summary>What is kept of an object; null: all of its record. Metadata but managedFields must stay.</summary>
    public Func<T, T>? Trim { get; init; }

    /// <summary>The kind.</summary>
    public ResourceType<T> Type => type;

    /// <summary>Completes once all objects have been listed; cancelled where that never comes.</summary>
    public Task Synced => _synced.Task;

    /// <summary>
    /// When it last heard from the server, or last tried to: of several namespaces the one longest ago. A live one
    /// never lags ten minutes.
    /// </summary>
    public DateTimeOffset LastProgress => Volatile.Read(ref _reflectors) is { Length: > 0 } watches
        ? watches.Min(w => w.LastProgress)
        : _created;

    /// <summary>All objects, as they are now.</summary>
    public IReadOnlyCollection<T> All => _indexer.All();

    /// <summary>One object; null: there is none.</summary>
    public T? Find(ObjectKey key) => _indexer.Find(key);

    /// <summary>The objects of one namespace.</summary>
    public IEnumerable<T> InNamespace(string ns) => _indexer.InNamespace(ns);

    /// <summary>The objects for which an index has this key.</summary>
    /// <exception cref="KeyNotFoundException">There is no such index.</exception>
    public IEnumerable<T> By(string indexName, string key) => _indexer.By(indexName, key);

    /// <summary>Adds an index.</summary>
    /// <param name="name">Its name, given once.</param>
    /// <param name="keysOf">The keys of an object, always the same ones for the same object.</param>
    public void AddIndex(string name, Func<T, IEnumerable<string>> keysOf) => _indexer.AddIndex(name, keysOf);

    /// <summary>Lists and watches until it is cancelled. Nothing that the server does or does not ends it.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
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

    /// <summary>Takes note that a namespace has been listed.</summary>
    internal void NoteListed()
    {
        if (_reflectors.All(w => w.IsListed))
            _synced.TrySetResult();
    }

    /// <summary>The copies of one namespace, or all.</summary>
    internal IReadOnlyCollection<T> Known(string ns) => ns.Length == 0 ? _indexer.All() : _indexer.InNamespace(ns);

    /// <summary>Takes note of an object as it is.</summary>
    internal void Set(T read)
    {
        lock (_changing)
        {
            var before = _indexer.Find(read.Key);
            if (before?.Metadata.ResourceVersion == read.Metadata.ResourceVersion && before is not null)
                return;
            var after = Trim is null ? read : Trim(read);
            if (before is not null && before.Metadata.Uid != after.Metadata.Uid)
            {
                // It went and came again while nobody looked.
                _indexer.Set(read.Key, null);
                Raise(new(before, null));
                before = null;
            }
            _indexer.Set(read.Key, after);
            Raise(new(before, after));
        }
    }

    /// <summary>Takes note that an object is gone.</summary>
    /// <param name="key">Where it was.</param>
    /// <param name="last">As it was last; null: as it was last known.</param>
    internal void Remove(ObjectKey key, T? last)
    {
        lock (_changing)
        {
            if (_indexer.Set(key, null) is { } before)
                Raise(new(last is null ? before : Trim is null ? last : Trim(last), null));
        }
    }

    void Raise(InformerChange<T> change)
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
