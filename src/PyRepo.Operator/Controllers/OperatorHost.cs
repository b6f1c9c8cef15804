using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Controllers;
using PyRepo.Kubernetes.Events;
using PyRepo.Kubernetes.Leases;
using PyRepo.Kubernetes.Metrics;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;
using PyRepo.Resources;

namespace PyRepo.Operator.Controllers;

/// <summary>The whole operator: its informers, the controllers of the three kinds, and the leader election.</summary>
sealed class OperatorHost
{
    /// <summary>
    /// A watch that received nothing for this long hangs: watches end by themselves within ten minutes.
    /// </summary>
    static readonly TimeSpan _stale = TimeSpan.FromMinutes(20);

    readonly ClusterCache _cache;
    readonly EventRecorder _events;
    readonly List<Controller<CustomObject>> _controllers = [];
    readonly LeaderElection? _election;
    readonly TimeProvider _clock;
    readonly ILogger _logger;

    /// <param name="client">The client of the API server; it writes only while this process leads.</param>
    /// <param name="settings">The administrator's settings.</param>
    /// <param name="identity">A name that no other process has or ever had.</param>
    /// <param name="election">The election of a leader; null: this is the only process.</param>
    /// <param name="knowsHttpRoutes">Whether the cluster has Gateway API.</param>
    /// <param name="metrics">Where figures go.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">The log.</param>
    public OperatorHost(
        KubernetesClient client, OperatorSettings settings, string identity, LeaderElection? election,
        bool knowsHttpRoutes,
        MetricRegistry metrics, TimeProvider clock, ILogger logger)
    {
        (_election, _clock, _logger) = (election, clock, logger);
        _cache = new ClusterCache(client, settings, knowsHttpRoutes, metrics, clock, logger);
        _events = new EventRecorder(client, "pyrepo.dev/operator", identity, clock, metrics, logger);
        var inputsReader = new ReconcileInputsReader(_cache, client, clock);
        var observations = new ObservationReader(_cache, client, new ServerStatusClient(clock));
        var childrenApplier = new ChildrenApplier(_cache, client, clock, logger);
        var volumeRefresher = new VolumeRefresher(_cache, client, clock);
        var gate = new RolloutGate(_cache, settings, clock);
        foreach (var type in CustomTypes.All)
        {
            var reconciler = new ResourceController(
                type, client, _cache, inputsReader, observations, childrenApplier, volumeRefresher, gate, _events,
                settings, clock,
                logger);
            _controllers.Add(Watching(type.Kind, new Controller<CustomObject>(
#pragma warning disable CA1308 // The metrics' names have small letters.
                type.Kind.ToLowerInvariant(), _cache.Resources[type.Kind], reconciler, clock, metrics, logger)));
#pragma warning restore CA1308
        }
    }

    /// <summary>Whether everything was listed.</summary>
    public bool IsReady => _cache.Synced.IsCompletedSuccessfully;

    /// <summary>Whether all watches make progress.</summary>
    public bool IsAlive => !IsReady || _clock.GetUtcNow() - _cache.LastProgress < _stale;

    /// <summary>Runs until it is cancelled.</summary>
    /// <returns>True if it was cancelled; false if the Lease is lost, and the process must end.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        // Informers and events run a little longer than the controllers.
        using var background = new CancellationTokenSource();
        var watching = Task.WhenAll(
            _cache.RunAsync(background.Token), _events.RunAsync(background.Token),
            MemoryTrimmer.RunAsync(_clock, background.Token));
        try
        {
            if (_election is null)
                await LeadAsync(cancellationToken);
            else if (await _election.RunAsync(LeadAsync, cancellationToken) is LeadershipOutcome.Lost)
            {
                Log.Lost(_logger);
                return false;
            }
            return true;
        }
        finally
        {
            await background.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task LeadAsync(CancellationToken cancellationToken)
    {
        Log.Leads(_logger);
        await Task.WhenAll(_controllers.Select(c => c.RunAsync(cancellationToken)));
    }

    Controller<CustomObject> Watching(string kind, Controller<CustomObject> controller)
    {
        foreach (var child in _cache.Children)
            child.AddTo(controller, OwnerOf);
        controller.Owns(_cache.Pods, pod => OwnerOf(pod.Metadata));
        controller.Watches(_cache.ReferencedConfigMaps, map => Keys(ClusterCache.ByConfigMap, map.Key.ToString()));
        foreach (var (otherKind, others) in _cache.Resources)
        {
            // When a resource of the same name goes, this one gets the name. A group shows the state of its members.
            if (otherKind != kind)
                controller.Watches(others, other => _cache.Find(kind, other.Key) is null ? [] : [other.Key]);
            if (kind == RepositoryGroup.KindName)
            {
                controller.Watches(others, member => Keys(
                    ClusterCache.ByMember, $"{member.Metadata.Namespace}/{otherKind}/{member.Metadata.Name}"));
            }
            controller.Watches(others, other => HostRivals(kind, other));
        }
        return controller;

        ObjectKey? OwnerOf(ObjectMeta child) =>
            Ownership.ReconciledOwnerOf(child) is { } owner && owner.Kind == kind
                ? new ObjectKey(owner.Namespace, owner.Name) : null;

        IEnumerable<ObjectKey> Keys(string index, string key) =>
            _cache.Resources[kind].ByIndex(index, key).Select(r => r.Key);
    }

    /// <summary>The resources that ask for the same host: when one goes, another may get it.</summary>
    IEnumerable<ObjectKey> HostRivals(string kind, CustomObject other) =>
        from host in HostClaim.HostsOf(_cache.Declared(other))
        from rival in _cache.Resources[kind].ByIndex(ClusterCache.ByHost, host)
        where rival.Metadata.Uid != other.Metadata.Uid
        select rival.Key;
}
