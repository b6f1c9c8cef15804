using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Queue;
using PyRepo.Kubernetes.Watching;
using PyRepo.Metrics;

namespace PyRepo.Kubernetes.Controllers;

/// <summary>
/// Reconciles each object of a kind when it, what it owns or what it refers to changes. It never reconciles one object
/// twice at the same time, and retries a failure with increasing delay; no namespace keeps another waiting. The
/// informers run outside of it, so that several controllers can share one, and a standby has them filled.
/// </summary>
public sealed class Controller<T> where T : KubernetesObject
{
    readonly string _name;
    readonly Informer<T> _entities;
    readonly IEntityController<T> _reconciler;
    readonly TimeProvider _clock;
    readonly ILogger _logger;
    readonly ControllerOptions _options;
    readonly ControllerMetrics _metrics;
    readonly WorkQueue<ObjectKey> _queue;
    readonly ConcurrentDictionary<ObjectKey, T> _deleted = new();
    readonly List<(string Kind, Func<Task> Synced, bool IsRequired)> _informers = [];
    volatile bool _isRunning;

    /// <param name="name">Its name in metrics and logs: the kind in small letters.</param>
    /// <param name="entities">The objects.</param>
    /// <param name="reconciler">Reconciles them.</param>
    /// <param name="clock">The time, for delays.</param>
    /// <param name="registry">Where its metrics go.</param>
    /// <param name="logger">Where failures are logged.</param>
    /// <param name="options">How it works.</param>
    public Controller(
        string name, Informer<T> entities, IEntityController<T> reconciler, TimeProvider clock, MetricRegistry registry,
        ILogger logger, ControllerOptions? options = null)
    {
        (_name, _entities, _reconciler, _clock, _logger) = (name, entities, reconciler, clock, logger);
        _options = options ?? new ControllerOptions();
        _metrics = new ControllerMetrics(registry, name, _options.Workers);
        _queue = new WorkQueue<ObjectKey>(name, clock, registry, key => key.Namespace);
        _informers.Add((entities.Type.Kind, () => entities.Synced, true));
        entities.Changed += EntityChanged;
    }

    /// <summary>Reconciles the owner of each child that changes, its status included.</summary>
    /// <param name="children">The children of all owners; others may be among them.</param>
    /// <param name="owner">Returns the owner of a child, or null if it has none among these objects.</param>
    /// <param name="isRequired">Whether nothing is reconciled before they were listed.</param>
    public Controller<T> Owns<TChild>(
        Informer<TChild> children, Func<TChild, ObjectKey?> owner, bool isRequired = true)
        where TChild : KubernetesObject =>
        Watches(children, child => owner(child) is { } key ? [key] : [], isRequired);

    /// <summary>Reconciles objects when another object changes that concerns them.</summary>
    /// <param name="others">The other objects.</param>
    /// <param name="keys">
    /// Returns the objects that one of them concerns. The informer waits for it, so it must be quick.
    /// </param>
    /// <param name="isRequired">
    /// Whether nothing is reconciled before they were listed; else they are waited for <see
    /// cref="ControllerOptions.SyncTimeout"/> at most.
    /// </param>
    public Controller<T> Watches<TOther>(
        Informer<TOther> others, Func<TOther, IEnumerable<ObjectKey>> keys, bool isRequired = true)
        where TOther : KubernetesObject
    {
        _informers.Add((others.Type.Kind, () => others.Synced, isRequired));
        others.Changed += change => OtherChanged(change, keys);
        return this;
    }

    /// <summary>Adds an object to the queue.</summary>
    public void Enqueue(ObjectKey key)
    {
        if (_isRunning)
            _queue.Add(key);
    }

    /// <summary>Reconciles all objects once, and then each when it is due, until it is canceled. Runs once.</summary>
    /// <remarks>A kind that can't be listed is waited for, and named in the log, as long as it takes.</remarks>
    /// <exception cref="TimeoutException">
    /// A canceled reconcile did not end in time and may still be running.
    /// </exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!await TrySyncAsync(cancellationToken))
        {
        }
        _isRunning = true;
        var all = EnqueueAll();
        Log.Started(_logger, _name, _options.Workers, all);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var resync = ResyncAsync(stopping.Token);
        var work = Task.WhenAll(Enumerable.Range(0, _options.Workers)
            .Select(_ => Task.Run(() => WorkAsync(stopping.Token), CancellationToken.None)));
        try
        {
            await work.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop: what goes on ends below.
        }
        finally
        {
            _isRunning = false;
            _queue.ShutDown();
            await stopping.CancelAsync();
        }
        await Task.WhenAll(work, resync).WaitAsync(_options.StopTimeout, _clock, CancellationToken.None);
    }

    /// <summary>
    /// Waits for the first lists; false: those are missing after a while without which a reconcile would do harm.
    /// </summary>
    async Task<bool> TrySyncAsync(CancellationToken cancellationToken)
    {
        try
        {
            var all = Task.WhenAll(_informers.Select(i => i.Synced()));
            await all.WaitAsync(_options.SyncTimeout, _clock, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            var missing = _informers.Where(i => !i.Synced().IsCompletedSuccessfully).ToList();
            Log.NotListed(
                _logger, _name, string.Join(", ", missing.Select(i => i.Kind).Distinct()),
                _options.SyncTimeout.TotalSeconds);
            return !missing.Any(i => i.IsRequired);
        }
    }

    int EnqueueAll()
    {
        var all = _entities.All;
        foreach (var entity in all)
            _queue.Add(entity.Key, QueuePriority.Low);
        return all.Count;
    }

    async Task ResyncAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var wait = _options.Resync * (0.9 + 0.2 * Random.Shared.NextDouble());
            await Task.Delay(wait, _clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cancellationToken.IsCancellationRequested)
                EnqueueAll();
        }
    }

    void EntityChanged(InformerEvent<T> change)
    {
        if (!_isRunning || (change.After ?? change.Before) is not { } entity)
            return;
        if (change.Before is { } before)
        {
            if (change.After?.Metadata.Uid != before.Metadata.Uid)
                _deleted[before.Key] = before;
            else if (!EntityChange.Concerns(before.Metadata, entity.Metadata))
                return;
        }
        _queue.Add(entity.Key);
    }

    void OtherChanged<TOther>(InformerEvent<TOther> change, Func<TOther, IEnumerable<ObjectKey>> keys)
        where TOther : KubernetesObject
    {
        if (!_isRunning)
            return;
        try
        {
            // A key that both versions name is added once: a worker may take the first before the second is added.
            foreach (var key in new[] { change.Before, change.After }.OfType<TOther>().SelectMany(keys).Distinct())
                _queue.Add(key);
        }
#pragma warning disable CA1031 // Whatever a mapping throws must not end the informer that all share.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _metrics.Panicked();
            Log.MappingFailed(_logger, error, _name, typeof(TOther).Name);
        }
    }

    async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (await _queue.GetAsync(CancellationToken.None) is { } item)
        {
            var began = _clock.GetTimestamp();
            _metrics.Began();
            try
            {
                await ProcessItemAsync(item, cancellationToken);
            }
            finally
            {
                _metrics.Ended(_clock.GetElapsedTime(began));
                _queue.Done(item.Key);
            }
        }
    }

    async Task ProcessItemAsync(WorkItem<ObjectKey> item, CancellationToken cancellationToken)
    {
        try
        {
            Settle(item, await ReconcileAsync(item.Key, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The next leader reconciles all objects.
        }
        catch (KubernetesException error) when (error.IsConflict)
        {
            Log.Conflicted(_logger, _name, item.Key);
            Retry(item, TimeSpan.Zero);
        }
        catch (Exception error) when (IsExpected(error))
        {
            // The message is enough: in an outage, a stack trace for each of many objects helps nobody.
            Log.Failed(_logger, null, _name, item.Key, error.Message);
            Retry(item, TimeSpan.Zero);
        }
#pragma warning disable CA1031 // A failure of one object must not stop the reconciles of others.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _metrics.Panicked();
            Log.Panicked(_logger, error, _name, item.Key);
            Retry(item, TimeSpan.Zero);
        }
    }

    /// <summary>
    /// Whether an exception comes from the API server or the network, and not from a fault in the program.
    /// </summary>
    static bool IsExpected(Exception error) =>
        error is KubernetesException or HttpRequestException or IOException or TimeoutException
            or OperationCanceledException or NotLeadingException;

    /// <summary>Returns null if the object is gone and its deletion was handled.</summary>
    async Task<ReconciliationResult<T>?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        ReconciliationResult<T>? result = null;
        if (_deleted.TryGetValue(key, out var deleted))
        {
            result = await _reconciler.DeletedAsync(deleted, cancellationToken);
            if (!result.IsSuccess)
                return result;
            _deleted.TryRemove(KeyValuePair.Create(key, deleted));
        }
        return _entities.Find(key) is { } entity ? await _reconciler.ReconcileAsync(entity, cancellationToken) : result;
    }

    void Settle(WorkItem<ObjectKey> item, ReconciliationResult<T>? result)
    {
        if (result is { IsSuccess: false })
        {
            Log.Failed(_logger, result.Error, _name, item.Key, result.ErrorMessage ?? "Failed.");
            Retry(item, result.RequeueAfter ?? TimeSpan.Zero);
            return;
        }
        _queue.Forget(item.Key);
        _metrics.Succeeded(comesAgain: result?.RequeueAfter is not null);
        if (result?.RequeueAfter is { } after)
            _queue.AddAfter(item.Key, after);
    }

    void Retry(WorkItem<ObjectKey> item, TimeSpan atLeast)
    {
        _metrics.Failed();
        _queue.AddRateLimited(item.Key, atLeast, item.Priority);
    }
}
