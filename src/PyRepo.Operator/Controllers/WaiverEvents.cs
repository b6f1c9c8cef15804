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
    const int MaxNotes = 3;

    /// <summary>A timer takes no longer time than some weeks.</summary>
    static readonly TimeSpan _longestWait = TimeSpan.FromDays(1);

    readonly ConcurrentDictionary<ResourceKey, ImmutableHashSet<WaiverSpec>> _told = new();

    /// <summary>Tells what changed since the last call.</summary>
    /// <returns>When to call again, or null if no waiver is in force.</returns>
    public TimeSpan? Publish(ResourceType<CustomObject> type, DeclaredResource resource)
    {
        var now = clock.GetUtcNow();
        var key = ResourceKey.From(resource);
        var told = _told.GetValueOrDefault(key, []);
        // Servers keep the last valid spec. What ends meanwhile is told when the spec is valid again.
        if (resource.Resource is null)
            return GetWait(told, now);
        var declared = (resource.Resource as ProxyRepository)?.Spec.Policy?.Waivers ?? [];
        var changes = WaiverChanges.From(declared, told, now);
        Publish(type, resource, Reason.WaiverInForce, [.. changes.Begun.Select(DescribeBegun)]);
        Publish(type, resource, Reason.WaiverEnded, [.. changes.Ended.Select(DescribeEnded)]);
        if (changes.InForce.IsEmpty)
            Forget(key);
        else
            _told[key] = changes.InForce;
        return GetWait(changes.InForce, now);
    }

    /// <summary>Publishes one event of any number of waivers: an object has few.</summary>
    void Publish(
        ResourceType<CustomObject> type, DeclaredResource resource, Reason reason, IReadOnlyList<string> notes)
    {
        if (notes.Count == 0)
            return;
        var more = notes.Count > MaxNotes ? $" And {notes.Count - MaxNotes} more." : "";
        events.Publish(
            type, resource.Source, EventType.Normal, reason, Action, string.Join(' ', notes.Take(MaxNotes)) + more);
    }

    static string DescribeBegun(WaiverSpec waiver) =>
        $"{waiver.By} waives {string.Join(", ", waiver.Rules)} for {waiver.Match} until {waiver.Until:u}: "
        + $"{waiver.Reason.TrimEnd('.')}.";

    static string DescribeEnded(WaiverSpec waiver) =>
        $"{waiver.Match} is no longer exempt from {string.Join(", ", waiver.Rules)}, which {waiver.By} had waived.";

    static TimeSpan? GetWait(ImmutableHashSet<WaiverSpec> told, DateTimeOffset now)
    {
        var next = told.Where(waiver => waiver.Until > now).Min(waiver => waiver.Until - now as TimeSpan?);
        return next < _longestWait ? next : next is null ? null : _longestWait;
    }

    /// <summary>Forgets a resource that is gone.</summary>
    public void Forget(ResourceKey key) => _told.TryRemove(key, out _);
}
