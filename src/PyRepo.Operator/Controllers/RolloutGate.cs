using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Metrics;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Limits how many resources roll at the same time to the pods that a new operator or a new setting makes, so that a
/// bad image is noticed before all have it. What somebody changed in the resource itself rolls at once. A server that
/// has been down for a while has nothing to lose: it does not wait, and no other waits for it.
/// </summary>
/// <remarks>
/// <see cref="Rollouts"/> decides, by what the Deployments show: another leader decides the same. Only starts that they
/// do not show yet, and what was begun here or found, are remembered here: a tenant can write into a Deployment what a
/// rollout looks like, but what nobody began takes no place and fails for nobody.
/// </remarks>
sealed class RolloutGate
{
    /// <summary>How long a resource counts as rolling before its Deployment shows it.</summary>
    static readonly TimeSpan _startGrace = TimeSpan.FromSeconds(30);

    readonly Lock _lock = new();
    readonly Dictionary<ResourceKey, (Rollout Rollout, long At)> _started = [];
    readonly Dictionary<ResourceKey, BegunRollout> _begun = [];
    readonly Dictionary<ResourceKey, RolloutWait> _waiting = [];
    readonly ClusterCache _cache;
    readonly OperatorSettings _settings;
    readonly TimeProvider _clock;
    long? _leadsSince;

    public RolloutGate(ClusterCache cache, OperatorSettings settings, MetricRegistry metrics, TimeProvider clock)
    {
        (_cache, _settings, _clock) = (cache, settings, clock);
        Gauge("rolling", () => Now().Rolling.Length);
        Gauge("failed", () => Now().Failed.Length);
        Gauge("waiting", () =>
        {
            lock (_lock)
                return _waiting.Count;
        });

        void Gauge(string state, Func<double> count) => metrics.Gauge(OperatorMetrics.Rollouts, count, state);
    }

    /// <summary>Raised for a resource that waited and that may go on now, or for another reason cannot.</summary>
    public event Action<ResourceKey>? Changed;

    /// <summary>The rollouts as they are now.</summary>
    public Rollouts Now()
    {
        lock (_lock)
        {
            ForgetSettledStarts();
            var now = _clock.GetUtcNow();
            var shown = Shown(now).Where(rollout => !_started.ContainsKey(rollout.Owner)).ToArray();
            foreach (var gone in _begun.Keys.Where(owner => Find(owner) is null).ToArray())
                _begun.Remove(gone);
            foreach (var ended in _begun.Keys.Where(HasEnded).ToArray())
                _begun[ended] = BegunRollout.None;
            return Rollouts.From([.. shown, .. _started.Values.Select(start => start.Rollout)], _settings, now);
        }
    }

    /// <summary>Returns the state to apply now: pods stay as they are until it is the resource's turn.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="desired">Its desired state.</param>
    /// <param name="recommended">The memory that <c>autoMemory</c> gives it; null: none.</param>
    public DesiredState Admit(DeclaredResource resource, DesiredState desired, Quantity? recommended = null)
    {
        var owner = ResourceKey.From(resource);
        if (desired.Deployment is not { } made)
        {
            Disown(owner);
            return desired;
        }
        var wanted = AppliedTemplate.WriteInto(made);
        lock (_lock)
        {
            _leadsSince ??= _clock.GetTimestamp();
            _waiting.Remove(owner);
            if (_cache.GetServer(resource) is not { } live)
                return desired with { Deployment = wanted };
            var now = _clock.GetUtcNow();
            if (!DeploymentManifest.RollsUnasked(wanted, live))
                return desired with { Deployment = DeploymentManifest.KeepRollout(wanted, live, now) };
            var rollouts = Now();
            var isDown = DeploymentManifest.IsDown(live, now);
            // One that rolled already and is down counts on with the next template.
            if (isDown && !rollouts.Has(owner))
                return desired with { Deployment = wanted };
            if (!isDown && rollouts.WhyWait(owner) is { } wait)
            {
                _waiting[owner] = wait;
                return (desired with { Deployment = wanted }).Waiting(wait, live);
            }
            var start = new BegunRollout(
                DeploymentManifest.GetTemplateHash(wanted), now, IsFound: false,
                Rollout.IsOfMemory(resource, wanted, live, rollouts.Find(owner), recommended));
            return desired with { Deployment = Start(owner, wanted, live, start) };
        }
    }

    /// <summary>Lets another resource roll instead: this one could not be changed.</summary>
    public void Release(ResourceKey owner)
    {
        lock (_lock)
            _started.Remove(owner);
    }

    /// <summary>Forgets a resource that is gone, or is left as it is.</summary>
    public void Forget(ResourceKey owner)
    {
        lock (_lock)
        {
            _started.Remove(owner);
            _waiting.Remove(owner);
        }
        Disown(owner);
    }

    /// <summary>Tells those that wait and for which something changed.</summary>
    public void TellWaiting()
    {
        List<ResourceKey> told = [];
        lock (_lock)
        {
            if (_waiting.Count == 0)
                return;
            var now = Now();
            foreach (var (owner, wait) in _waiting.OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal))
            {
                var next = now.WhyWait(owner);
                if (next == wait)
                    continue;
                told.Add(owner);
                if (next is null)
                    now = now.With(new Rollout(owner, "", _clock.GetUtcNow()));
            }
        }
        foreach (var owner in told)
            Changed?.Invoke(owner);
    }

    /// <summary>
    /// Whatever a Deployment of a resource that is left as it is says was written by somebody else, unless this process
    /// began it.
    /// </summary>
    void Disown(ResourceKey owner)
    {
        lock (_lock)
        {
            _leadsSince ??= _clock.GetTimestamp();
            if (_begun.GetValueOrDefault(owner) is not { IsFound: false })
                _begun[owner] = BegunRollout.None;
        }
    }

    Deployment Start(ResourceKey owner, Deployment wanted, Deployment live, BegunRollout next)
    {
        var template = next.Template!;
        // Where the pods have this template already, somebody made it look like another: that begins nothing anew.
        var begun = _begun.GetValueOrDefault(owner) is { IsFound: false } last && last.Template == template
            && (_started.ContainsKey(owner) || DeploymentManifest.GetTemplateHash(live) == template) ? last : next;
        if (!_started.TryGetValue(owner, out var start) || start.Rollout.Template != template)
        {
            _started[owner] = (
                new Rollout(owner, template, begun.At, RaisesMemory: begun.RaisesMemory), _clock.GetTimestamp());
        }
        _begun[owner] = begun;
        return DeploymentManifest.AsRollout(wanted, begun.At, begun.RaisesMemory);
    }

    /// <summary>The rollouts that Deployments show, also those that began before this process.</summary>
    IEnumerable<Rollout> Shown(DateTimeOffset now)
    {
        foreach (var deployment in _cache.Deployments.All)
        {
            // Anybody can give a Deployment the labels, and each may have changed since they were listed.
            if (Ownership.GetReconciledOwner(deployment.Metadata) is not { } owner || GetServer(owner) is not { } server
                || Rollout.From(owner, server, now) is not { } rollout)
            {
                continue;
            }
            if (MayBeFound)
            {
                _begun.TryAdd(
                    owner, new(rollout.Template, rollout.StartedAt, IsFound: true, rollout.RaisesMemory));
            }
            // Before this process leads, another one began what is shown.
            if (_leadsSince is null)
                yield return rollout;
            else if (_begun.GetValueOrDefault(owner) is { } begun && begun.Template == rollout.Template)
                yield return rollout with { StartedAt = begun.At, RaisesMemory = begun.RaisesMemory };
        }
    }

    /// <summary>
    /// Whether what is shown may be the last that the leader before began. Each resource has one such rollout at most,
    /// and what is written there does not begin its time anew.
    /// </summary>
    bool MayBeFound => _leadsSince is { } since && _clock.GetElapsedTime(since) <= _startGrace;

    /// <summary>Forgets starts that the Deployment shows by now, or does not show within the grace.</summary>
    void ForgetSettledStarts()
    {
        foreach (var (owner, start) in _started)
        {
            if (_clock.GetElapsedTime(start.At) > _startGrace
                || (GetServer(owner) is { } server
                    && DeploymentManifest.GetTemplateHash(server) == start.Rollout.Template))
            {
                _started.Remove(owner);
            }
        }
    }

    /// <summary>Whether all pods of it were there: nobody lets it go on by writing it down again.</summary>
    bool HasEnded(ResourceKey owner) => !_started.ContainsKey(owner) && GetServer(owner) is { } server
        && _begun[owner].Template is { } template && DeploymentManifest.GetTemplateHash(server) == template
        && !DeploymentManifest.IsUnfinished(server);

    Deployment? GetServer(ResourceKey owner) => Find(owner) is { } resource ? _cache.GetServer(resource) : null;

    DeclaredResource? Find(ResourceKey owner) =>
        _cache.Find(owner.Kind, new ObjectKey(owner.Namespace, owner.Name));
}
