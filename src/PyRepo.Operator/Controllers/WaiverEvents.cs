using System.Collections.Concurrent;
using System.Collections.Immutable;
using PyRepo.Kubernetes.Events;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Resources;
using PyRepo.Resources.Proxied;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Records as events which waivers of a proxy's policy are in force, and which ended. After a start of the operator,
/// those in force are told again.
/// </summary>
sealed class WaiverEvents(EventRecorder events, TimeProvider clock)
{
    const string Action = "Waive";

    /// <summary>A timer takes no longer time than some weeks.</summary>
    static readonly TimeSpan _longestWait = TimeSpan.FromDays(1);

    readonly ConcurrentDictionary<ResourceKey, ImmutableHashSet<WaiverSpec>> _told = new();

    /// <summary>Tells what changed since the last call.</summary>
    /// <returns>When to call again, or null if no waiver is in force.</returns>
    public TimeSpan? Publish(ResourceType<CustomObject> type, DeclaredResource resource)
    {
        var now = clock.GetUtcNow();
        var key = ResourceKey.From(resource);
        var inForce = resource.Resource is ProxyRepository { Spec.Policy.Waivers: var declared }
            ? declared.Where(waiver => waiver.Until > now).ToImmutableHashSet()
            : [];
        var told = _told.GetValueOrDefault(key, []);
        foreach (var begun in inForce.Except(told))
        {
            events.Publish(type, resource.Source, EventType.Normal, Reason.WaiverInForce, Action,
                $"{begun.By} lets {begun.Match} through, whatever {string.Join(", ", begun.Rules)} says, until "
                + $"{begun.Until:u}: {begun.Reason}");
        }
        foreach (var ended in told.Except(inForce))
        {
            events.Publish(type, resource.Source, EventType.Normal, Reason.WaiverEnded, Action,
                $"{string.Join(", ", ended.Rules)} holds again for {ended.Match}, which {ended.By} let through until "
                + $"{ended.Until:u}.");
        }
        if (inForce.IsEmpty)
        {
            Forget(key);
            return null;
        }
        _told[key] = inForce;
        var next = inForce.Min(waiver => waiver.Until) - now;
        return next < _longestWait ? next : _longestWait;
    }

    /// <summary>Forgets a resource that is gone.</summary>
    public void Forget(ResourceKey key) => _told.TryRemove(key, out _);
}
