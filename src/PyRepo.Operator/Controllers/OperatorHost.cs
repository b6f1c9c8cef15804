using Microsoft.Extensions.Logging;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Controllers;
using PyRepo.Kubernetes.Events;
using PyRepo.Kubernetes.Leases;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Watching;
using PyRepo.Metrics;
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

    /// <summary>The Lease by which one of several operators leads.</summary>
    public const string LeaseName = "pyrepo-operator";

    readonly ClusterCache _cache;
    readonly HostSweeper _hosts;
    readonly RolloutWatch _rollouts;
    readonly StoredVersionMover[] _storedVersions;
    readonly ServerStatusPoller _poller;
    readonly EventRecorder _events;
    readonly Dictionary<string, Controller<CustomObject>> _controllers = [];
    readonly LeaderElection? _election;
    readonly TimeProvider _clock;
    readonly ILogger _logger;

    /// <param name="client">The client of the API server; it writes only while this process leads.</param>
    /// <param name="settings">The administrator's settings.</param>
    /// <param name="identity">A name that no other process has or ever had.</param>
    /// <param name="election">The election of a leader; null: this is the only process.</param>
    /// <param name="metrics">Where figures go.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">The log.</param>
    public OperatorHost(
        KubernetesClient client, OperatorSettings settings, string identity, LeaderElection? election,
        MetricRegistry metrics, TimeProvider clock, ILogger logger)
    {
        (_election, _clock, _logger) = (election, clock, logger);
        _cache = new ClusterCache(client, settings, metrics, clock, logger);
        _events = new EventRecorder(client, "pyrepo.dev/operator", identity, clock, metrics, logger);
        metrics.Gauge(OperatorMetrics.KindsNotListed, () => _cache.Unlisted.Count());
        metrics.Gauge(
            ControllerRuntimeMetrics.Leads, () => election is null || election.IsLeading ? 1 : 0, LeaseName);
        new ResourceMetrics(_cache).AddTo(metrics);
        var journal = new HostJournal(_events, metrics);
        var hosts = new HostRegistry(client, _cache, settings, new KnownNamespaces(client, clock), journal);
        metrics.Gauge(OperatorMetrics.Hosts, () => hosts.Count(isHeld: false), "used");
        metrics.Gauge(OperatorMetrics.Hosts, () => hosts.Count(isHeld: true), "held");
        _hosts = new HostSweeper(hosts, _cache, clock, logger);
        var issuer = new ServiceAccountIssuerReader(client, clock, logger);
        var apiServers = new ApiServerReader(client, clock);
        var inputsReader = new ReconcileInputsReader(_cache, hosts, issuer, apiServers, client, clock);
        var serverStatus = new ServerStatusClient(
            pod => _cache.Pods.Find(pod.Key)?.Metadata.Uid == pod.Metadata.Uid, clock);
        _cache.Pods.Changed += change =>
        {
            if (change is { After: null, Before: { } gone })
                serverStatus.Forget(gone);
        };
        var observations = new ObservationReader(_cache, client, serverStatus);
        _poller = new ServerStatusPoller(_cache, inputsReader, serverStatus, metrics, clock, logger);
        _poller.Changed += Enqueue;
        var pauses = new RequeuePauses();
        var (waivers, rollouts) = (new WaiverEvents(_events, clock), new RolloutEvents(_events));
        var childrenApplier = new ChildrenApplier(_cache, client, clock, logger);
        var volumeRefresher = new VolumeRefresher(_cache, client, clock);
        var marker = new BucketMarker(client);
        var (grower, memory) = (new VolumeGrower(client), new MemoryEvents(_events));
        var secrets = new OwnSecrets(client, clock, logger);
        var snapshotter = new VolumeSnapshotter(client, logger);
        var eraser = new ErasureReconciler(
            client, _cache, inputsReader, childrenApplier, _events, settings, clock, logger);
        foreach (var resources in _cache.Resources.Values)
            resources.Changed += EnqueueNext;
        var gate = new RolloutGate(_cache, settings, metrics, clock);
        gate.Changed += Enqueue;
        _rollouts = new RolloutWatch(gate, _cache, _events, clock, logger);
        // In another scope it reads no definition.
        _storedVersions = settings.Scope is not WatchScope.Cluster ? []
            : [.. CustomTypes.All.Select(type => new StoredVersionMover(type, client, clock, logger))];
        foreach (var type in CustomTypes.All)
        {
            var reconciler = new ResourceController(
                type, client, _cache, inputsReader, hosts, journal, secrets, observations, childrenApplier,
                volumeRefresher, marker, grower, snapshotter, eraser, gate, _poller, pauses, waivers, rollouts, memory,
                _events, settings, clock, logger);
            _controllers.Add(type.Kind, Watching(type.Kind, new Controller<CustomObject>(
#pragma warning disable CA1308 // The metrics' names have small letters.
                type.Kind.ToLowerInvariant(), _cache.Resources[type.Kind], reconciler, clock, metrics, logger)));
#pragma warning restore CA1308
        }
    }

    /// <summary>Where one resource too many was left out, another takes the place of one that goes.</summary>
    void EnqueueNext(InformerEvent<CustomObject> change)
    {
        if (change.After is null && _cache.Count.Next(change.Key.Namespace) is { } next)
            Enqueue(next);
    }

    /// <summary>The kinds that can't be listed, or were not yet, each with the reason; none: all is well.</summary>
    public IEnumerable<string> Unlisted => _cache.Unlisted;

    /// <summary>Whether all watches make progress; also before the first lists.</summary>
    public bool IsAlive => _cache.SinceProgress < _stale;

    /// <summary>Runs until it is canceled.</summary>
    /// <returns>True if it was canceled; false if it failed or lost the Lease, and the process must end.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        // Informers run a little longer than the controllers.
        using var background = new CancellationTokenSource();
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = TaskGroup.RunAsync(
            [_cache.RunAsync, token => MemoryTrimmer.RunAsync(_clock, token)], background.Token);
        var lead = ElectAsync(leading.Token);
        var first = await Task.WhenAny(lead, watching);
        await leading.CancelAsync();
        await ((Task)lead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await background.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // What is ended then may fail only because of that.
        if ((first.Exception ?? watching.Exception ?? lead.Exception)?.InnerException is not { } error)
            return await lead;
        Log.Failed(_logger, error, error.Message);
        return false;
    }

    /// <returns>False: the Lease is lost.</returns>
    async Task<bool> ElectAsync(CancellationToken cancellationToken)
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

    /// <summary>Events are writes, too: the last one ends before the Lease is released.</summary>
    Task LeadAsync(CancellationToken cancellationToken)
    {
        Log.Leads(_logger);
        var controllers = _controllers.Values.Select(Func<CancellationToken, Task> (c) => c.RunAsync);
        return TaskGroup.RunAsync(
            [
                _events.RunAsync, _poller.RunAsync, _hosts.RunAsync, _rollouts.RunAsync, .. controllers,
                .. _storedVersions.Select(Func<CancellationToken, Task> (mover) => mover.RunAsync),
            ], cancellationToken);
    }

    Controller<CustomObject> Watching(string kind, Controller<CustomObject> controller)
    {
        foreach (var child in _cache.Children)
            child.AddTo(controller, GetOwner);
        controller.Owns(_cache.Jobs, job => GetOwner(job.Metadata), isRequired: false);
        controller.Owns(_cache.Pods, pod => GetOwner(pod.Metadata));
        controller.Owns(_cache.VolumeSnapshots, made => GetOwner(made.Metadata), isRequired: false);
        _cache.VolumeSnapshots.ServedChanged += EnqueueBackedUp;
        if (_cache.SnapshotClasses is { } snapshotClasses)
        {
            controller.Watches(snapshotClasses, _ => KeysWhere(IsBackedUpBySnapshots), isRequired: false);
            snapshotClasses.ServedChanged += EnqueueBackedUp;
        }
        if (_cache.AllIngresses is { } ingresses)
            controller.Watches(ingresses, ingress => GetNamers(kind, ingress.Spec?.Hosts));
        _cache.HttpRoutes.ServedChanged += EnqueueRouted;
        if (_cache.AllHttpRoutes is { } routes)
        {
            controller.Watches(routes, route => GetNamers(kind, route.Spec?.Hostnames));
            routes.ServedChanged += EnqueueRouted;
        }
        controller.Watches(
            _cache.ReferencedConfigMaps, map => Keys(ClusterCache.ByConfigMap, map.Key.ToString()), isRequired: false);
        controller.Watches(
            _cache.ReferencedClaims, claim => Keys(ClusterCache.ByClaim, claim.Key.ToString()), isRequired: false);
        controller.Watches(
            _cache.Resources[kind], previous => Keys(ClusterCache.ByPreviousOwner, previous.Key.ToString()));
        if (_cache.StorageClasses is { } storageClasses)
            controller.Watches(storageClasses, _ => KeysWhere(r => r.Stored is not null));
        if (_cache.IngressClasses is { } ingressClasses)
            controller.Watches(ingressClasses, _ => KeysWhere(r => r.Spec?.Ingress is not null));
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
            controller.Watches(others, other => ClaimRivals(kind, other));
        }
        return controller;

        void EnqueueRouted() => EnqueueWhere(r => r.Spec?.Gateway is not null);

        void EnqueueBackedUp() => EnqueueWhere(IsBackedUpBySnapshots);

        void EnqueueWhere(Func<DeclaredResource, bool> isConcerned)
        {
            foreach (var key in KeysWhere(isConcerned))
                controller.Enqueue(key);
        }

        IEnumerable<ObjectKey> KeysWhere(Func<DeclaredResource, bool> isConcerned) =>
            _cache.Resources[kind].All.Where(source => isConcerned(_cache.Declared(source))).Select(r => r.Key);

        ObjectKey? GetOwner(ObjectMeta child) =>
            Ownership.GetReconciledOwner(child) is { } owner && owner.Kind == kind
                ? new ObjectKey(owner.Namespace, owner.Name) : null;

        IEnumerable<ObjectKey> Keys(string index, string key) =>
            _cache.Resources[kind].ByIndex(index, key).Select(r => r.Key);
    }

    static bool IsBackedUpBySnapshots(DeclaredResource resource) =>
        resource.Stored?.Backup?.To.VolumeSnapshotClassName is not null;

    /// <summary>
    /// The resources that ask for the same host: when one goes, another of its namespace may get its path.
    /// </summary>
    IEnumerable<ObjectKey> HostRivals(string kind, CustomObject other) =>
        from host in DeclaredHosts.Find(other)
        from rival in _cache.Resources[kind].ByIndex(ClusterCache.ByHost, host)
        where rival.Metadata.Uid != other.Metadata.Uid
        select rival.Key;

    /// <summary>The resources that name the same claim: when one goes, another may use it.</summary>
    IEnumerable<ObjectKey> ClaimRivals(string kind, CustomObject other) =>
        from claim in _cache.GetClaims(other)
        from rival in _cache.Resources[kind].ByIndex(ClusterCache.ByClaim, claim)
        where rival.Metadata.Uid != other.Metadata.Uid
        select rival.Key;

    /// <summary>The resources that ask for a host that somebody else's Ingress or HTTPRoute has, or had.</summary>
    IEnumerable<ObjectKey> GetNamers(string kind, IEnumerable<string?>? patterns) =>
        from pattern in patterns ?? []
        where pattern is not null && HostPatterns.Claims(pattern)
        from resource in HostPatterns.IsWildcard(pattern)
            ? _cache.Resources[kind].All.Where(
                r => DeclaredHosts.Find(r).Any(host => host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)))
            : _cache.Resources[kind].ByIndex(ClusterCache.ByHost, DeclaredHosts.Lowercase(pattern))
        select resource.Key;

    void Enqueue(ResourceKey key) => _controllers[key.Kind].Enqueue(new ObjectKey(key.Namespace, key.Name));
}

/// <summary>
/// Ends the holds of hosts by time, while this process leads. It tells no resource: one that waits for a host looks
/// again by itself, so that no event decides who gets it.
/// </summary>
sealed class HostSweeper(HostRegistry hosts, ClusterCache cache, TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan _interval = TimeSpan.FromMinutes(5);

    /// <summary>Looks until it is canceled.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await cache.Synced.WaitAsync(cancellationToken);
        while (true)
        {
            try
            {
                await hosts.SweepAsync(cancellationToken);
            }
            // What went wrong now may go right the next time; until then each host is held longer.
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                Log.HostsNotSwept(logger, error.Message);
            }
            await Task.Delay(_interval, clock, cancellationToken);
        }
    }
}
