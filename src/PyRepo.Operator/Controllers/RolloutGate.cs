using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Limits how many resources roll to a new server image at the same time, so that a bad image is noticed before all
/// have it. A server that was not available before has nothing to lose: it does not wait, and no other waits for it.
/// </summary>
sealed class RolloutGate(ClusterCache cache, OperatorSettings settings, TimeProvider clock)
{
    /// <summary>How long a resource counts as rolling before its Deployment shows it.</summary>
    static readonly TimeSpan _startGrace = TimeSpan.FromSeconds(30);

    readonly Lock _lock = new();
    readonly Dictionary<ResourceKey, long> _started = [];
    readonly HashSet<ResourceKey> _hadNothingToLose = [];

    /// <summary>The settings for a resource: with its current image until it is its turn.</summary>
    public OperatorSettings SettingsFor(DeclaredResource resource)
    {
        if (resource.Spec?.Server is not { Image: null } || LiveOf(resource) is not { } live
            || DeploymentManifest.ImageOf(live) is not { } image || image == settings.ServerImage)
        {
            return settings;
        }
        var owner = ResourceKey.Of(resource);
        lock (_lock)
        {
            if (!IsAvailable(live))
            {
                _hadNothingToLose.Add(owner);
                return settings;
            }
            var rolling = Rolling();
            if (!_started.ContainsKey(owner) && rolling.Union(_started.Keys).Count() >= settings.MaxRollouts)
                return settings with { ServerImage = image };
            _started.TryAdd(owner, clock.GetTimestamp());
            return settings;
        }
    }

    /// <summary>Lets another resource roll instead, unless this one rolls after all.</summary>
    public void Release(DeclaredResource resource)
    {
        if (LiveOf(resource) is { } live && DeploymentManifest.ImageOf(live) == settings.ServerImage)
            return;
        lock (_lock)
            _started.Remove(ResourceKey.Of(resource));
    }

    /// <summary>The resources that are rolling to the new image.</summary>
    HashSet<ResourceKey> Rolling()
    {
        var unfinished = new HashSet<ResourceKey>();
        var known = new HashSet<ResourceKey>();
        foreach (var deployment in cache.Deployments.All.Where(
            d => DeploymentManifest.ImageOf(d) == settings.ServerImage))
        {
            if (Ownership.ReconciledOwnerOf(deployment.Metadata) is not { } owner)
                continue;
            known.Add(owner);
            if (IsUnfinished(deployment) && (_started.ContainsKey(owner) || !IsFirst(deployment)))
                unfinished.Add(owner);
        }
        foreach (var (begun, at) in _started)
        {
            if (known.Contains(begun) ? !unfinished.Contains(begun) : clock.GetElapsedTime(at) > _startGrace)
                _started.Remove(begun);
        }
        unfinished.ExceptWith(_hadNothingToLose);
        return unfinished;
    }

    Deployment? LiveOf(DeclaredResource resource) =>
        cache.Deployments.Find(new ObjectKey(resource.Namespace, ChildNames.Server(resource.Name))) is { } live
        && Ownership.IsOwnedBy(live.Metadata, resource)
            ? live
            : null;

    /// <summary>
    /// It is no rollout, whatever keeps its pods from running. (Of one that begins to roll this is true, too, until
    /// Kubernetes has made its second ReplicaSet.)
    /// </summary>
    static bool IsFirst(Deployment deployment) =>
        deployment.Metadata.Annotations?.GetValueOrDefault("deployment.kubernetes.io/revision") == "1";

    static bool IsUnfinished(Deployment deployment) => deployment.Spec?.Replicas is not 0
        && (deployment.Status?.ObservedGeneration < deployment.Metadata.Generation
            || (deployment.Status?.UpdatedReplicas ?? 0) < (deployment.Spec?.Replicas ?? 1)
            || deployment.Status?.Replicas > deployment.Status?.UpdatedReplicas
            || !IsAvailable(deployment));

    static bool IsAvailable(Deployment deployment) =>
        (deployment.Status?.AvailableReplicas ?? 0) >= (deployment.Spec?.Replicas ?? 1);
}
