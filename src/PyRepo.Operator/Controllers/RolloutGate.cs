using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Limits how many resources roll at the same time to the pods that a new operator or a new setting makes, so that a
/// bad image is noticed before all have it. What somebody changed in the resource itself rolls at once. A server that
/// has been down for a while has nothing to lose: it does not wait, and no other waits for it.
/// </summary>
sealed class RolloutGate(ClusterCache cache, OperatorSettings settings, TimeProvider clock)
{
    /// <summary>How long a resource counts as rolling before its Deployment shows it.</summary>
    static readonly TimeSpan _startGrace = TimeSpan.FromSeconds(30);

    readonly Lock _lock = new();
    readonly Dictionary<ResourceKey, (string? Template, long At)> _started = [];
    readonly HashSet<ResourceKey> _waiting = [];

    /// <summary>Raised for a resource that waited and for which there is a place now.</summary>
    public event Action<ResourceKey>? Freed;

    /// <summary>What to make of a resource now: its Deployment stays as it is until it is its turn.</summary>
    public DesiredState Admit(DeclaredResource resource, DesiredState desired)
    {
        var owner = ResourceKey.Of(resource);
        lock (_lock)
        {
            _waiting.Remove(owner);
            if (desired.Deployment is not { } wanted || cache.ServerOf(resource) is not { } live
                || !DeploymentManifest.RollsUnasked(wanted, live)
                || DeploymentManifest.IsDown(live, clock.GetUtcNow()))
            {
                return desired;
            }
            if (!_started.ContainsKey(owner))
            {
                ForgetSettledStarts();
                if (FreePlaces() <= 0)
                {
                    _waiting.Add(owner);
                    return desired.WithLive(live);
                }
            }
            _started.TryAdd(owner, (DeploymentManifest.TemplateHashOf(wanted), clock.GetTimestamp()));
            return desired with { Deployment = DeploymentManifest.AsRollout(wanted) };
        }
    }

    /// <summary>Lets another resource roll instead: this one could not be changed.</summary>
    public void Release(ResourceKey owner)
    {
        lock (_lock)
            _started.Remove(owner);
    }

    /// <summary>Forgets a resource that is gone.</summary>
    public void Forget(ResourceKey owner)
    {
        lock (_lock)
        {
            _started.Remove(owner);
            _waiting.Remove(owner);
        }
    }

    /// <summary>Tells those that wait and for which there is a place now.</summary>
    public void TellWaiting()
    {
        ResourceKey[] next;
        lock (_lock)
        {
            if (_waiting.Count == 0)
                return;
            ForgetSettledStarts();
            next =
                [.. _waiting.OrderBy(key => key.ToString(), StringComparer.Ordinal).Take(int.Max(0, FreePlaces()))];
        }
        foreach (var owner in next)
            Freed?.Invoke(owner);
    }

    int FreePlaces() => settings.MaxRollouts - Rolling().Union(_started.Keys).Count();

    /// <summary>
    /// The resources whose Deployment shows that they are rolling, also since before this process began.
    /// </summary>
    IEnumerable<ResourceKey> Rolling() =>
        from owner in cache.Deployments.All.Select(d => Ownership.ReconciledOwnerOf(d.Metadata)).OfType<ResourceKey>()
        // Anybody can give a Deployment the labels, and each may have changed since they were listed.
        where ServerOf(owner) is { } server && DeploymentManifest.IsRolling(server)
        select owner;

    /// <summary>Forgets starts that the Deployment shows by now, or does not show within the grace.</summary>
    void ForgetSettledStarts()
    {
        foreach (var (owner, start) in _started)
        {
            if (clock.GetElapsedTime(start.At) > _startGrace
                || (ServerOf(owner) is { } server && DeploymentManifest.TemplateHashOf(server) == start.Template))
            {
                _started.Remove(owner);
            }
        }
    }

    Deployment? ServerOf(ResourceKey owner) =>
        cache.Find(owner.Kind, new ObjectKey(owner.Namespace, owner.Name)) is { } resource
            ? cache.ServerOf(resource) : null;
}
