using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Queue;
using PyRepo.Metrics;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Looks at what no watch tells of: the reports of the servers, where the API servers are, and who signs tokens. Only a
/// resource of which these changed is reconciled.
/// </summary>
sealed class ServerStatusPoller(
    ClusterCache cache, ReconcileInputsReader inputs, ServerStatusClient client, MetricRegistry metrics,
    TimeProvider clock, ILogger logger)
{
    const int Workers = 8;
    static readonly TimeSpan _firstInterval = TimeSpan.FromSeconds(5);
    static readonly TimeSpan _readyInterval = TimeSpan.FromMinutes(5);

    /// <summary>An advisory may raise an alarm at any time, and a volume fill up: neither may wait for long.</summary>
    static readonly TimeSpan _alarmInterval = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A Secret that somebody corrected is in the pods within two minutes, which only they can report.
    /// </summary>
    static readonly TimeSpan _unreadyInterval = TimeSpan.FromMinutes(1);

    readonly WorkQueue<ResourceKey> _queue = new("server-status", clock, metrics, key => key.Namespace);
    readonly ConcurrentDictionary<ResourceKey, Polled> _polled = new();

    /// <summary>Raised for a resource whose state is not the one that its last reconcile saw.</summary>
    public event Action<ResourceKey>? Changed;

    /// <summary>Records the result of a reconcile. It is checked again soon, and then with growing pauses.</summary>
    /// <param name="key">The resource.</param>
    /// <param name="seen">Its dependencies.</param>
    /// <param name="observed">Its children.</param>
    /// <param name="isReady">Whether it is ready.</param>
    /// <param name="isUrgent">
    /// Whether its server may have to say what must not wait: that an advisory names what it serves, or that its volume
    /// fills up.
    /// </param>
    public void Record(
        ResourceKey key, ReconcileInputs seen, Observation observed, bool isReady, bool isUrgent)
    {
        var digest = GetDigest(observed.Pods, ReconcileInputsReader.GetUnwatched(seen));
        var longest = !isReady ? _unreadyInterval : isUrgent ? _alarmInterval : _readyInterval;
        var polled = _polled.AddOrUpdate(
            key, _ => new Polled(digest, isReady ? longest : _firstInterval, longest),
            (_, last) => new Polled(
                digest, isReady ? longest : last.Digest == digest ? Shorter(last.Interval, longest) : _firstInterval,
                longest));
        _queue.AddAfter(key, polled.Interval);
    }

    /// <summary>Forgets a resource that is gone.</summary>
    public void Forget(ResourceKey key) => _polled.TryRemove(key, out _);

    /// <summary>Looks until it is canceled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var stop = cancellationToken.Register(_queue.ShutDown);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(cancellationToken)));
    }

    async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (await _queue.GetAsync(CancellationToken.None) is { } item)
        {
            try
            {
                await PollAsync(item.Key, cancellationToken);
            }
            // A tenant's pod can answer anything: no answer of one resource may end the reports of all others.
            catch (Exception error)
            {
                if (!cancellationToken.IsCancellationRequested)
                    Log.PollFailed(logger, item.Key.ToString(), error.Message);
                _queue.AddAfter(item.Key, _unreadyInterval);
            }
            finally
            {
                _queue.Done(item.Key);
            }
        }
    }

    async Task PollAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        if (!_polled.TryGetValue(key, out var polled)
            || cache.Find(key.Kind, new ObjectKey(key.Namespace, key.Name)) is not { } resource)
        {
            return;
        }
        var reports = await client.GetStatusesAsync(cache.GetPods(key), cancellationToken);
        if (GetDigest(reports, await inputs.ReadUnwatchedAsync(resource, cancellationToken)) != polled.Digest)
            Changed?.Invoke(key);
        var next = polled with { Interval = Shorter(2 * polled.Interval, polled.Longest) };
        _polled.TryUpdate(key, next, polled);
        _queue.AddAfter(key, next.Interval);
    }

    string GetDigest(IEnumerable<ObservedPod> pods, string unwatched) =>
        $"{ReportDigest.Compute(pods, clock.GetUtcNow())} {unwatched}";

    static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    sealed record Polled(string Digest, TimeSpan Interval, TimeSpan Longest);
}
