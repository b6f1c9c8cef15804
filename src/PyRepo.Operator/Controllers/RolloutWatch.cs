using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Events;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Notices rollouts that do not end in their time, which no event tells of, says so, and lets others go on.
/// </summary>
sealed class RolloutWatch(
    RolloutGate gate, ClusterCache cache, EventRecorder events, TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan _interval = TimeSpan.FromSeconds(5);

    readonly HashSet<(ResourceKey Owner, string Template)> _told = [];
    bool _isStopped;

    /// <summary>Looks until it is canceled.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await cache.Synced.WaitAsync(cancellationToken);
        while (true)
        {
            Look();
            gate.TellWaiting();
            await Task.Delay(_interval, clock, cancellationToken);
        }
    }

    void Look()
    {
        var now = gate.Now();
        _told.IntersectWith(now.Failed.Select(rollout => (rollout.Owner, rollout.Template)));
        var newest = now.Failed.Where(rollout => _told.Add((rollout.Owner, rollout.Template))).ToArray();
        foreach (var rollout in newest)
        {
            Publish(rollout.Owner, Reason.RolloutFailed, rollout.RaisesMemory
                ? "The pods with more memory did not become ready in their time. Lower spec.server.autoMemory.max, or "
                    + "have nodes or a quota with as much. No other resource waits for this one."
                : "The new pods did not become ready in their time. No other resource of this namespace is rolled "
                    + "until this one is corrected, suspended or deleted.");
            Log.RolloutFailed(logger, rollout.Owner.ToString());
        }
        if (now.IsStopped && !_isStopped)
        {
            Publish(now.Stopping.Last().Owner, Reason.RolloutStopped,
                $"New pods did not become ready in {now.FailedNamespaces} namespaces: no other resource of any is "
                + "rolled.");
            Log.RolloutStopped(
                logger, now.FailedNamespaces, string.Join(", ", now.Stopping.Select(rollout => rollout.Owner)));
        }
        _isStopped = now.IsStopped;
    }

    void Publish(ResourceKey owner, Reason reason, string note)
    {
        if (cache.Find(owner.Kind, new ObjectKey(owner.Namespace, owner.Name)) is { } resource)
        {
            events.Publish(
                CustomTypes.All.Single(type => type.Kind == owner.Kind), resource.Source, EventType.Warning, reason,
                "Roll", note);
        }
    }
}
