using System.Collections.Frozen;
using PyRepo.Kubernetes.Events;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Metrics;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Controllers;

/// <summary>Tells of each change of a host's owner: as a metric, and as an event of the registry's ConfigMap.</summary>
sealed class HostJournal
{
    const string Action = "Register";

    readonly EventRecorder _events;
    readonly FrozenDictionary<HostChangeKind, Counter> _counters;

    public HostJournal(EventRecorder events, MetricRegistry metrics)
    {
        _events = events;
        _counters = Enum.GetValues<HostChangeKind>().ToFrozenDictionary(kind => kind, kind => metrics.Counter(
#pragma warning disable CA1308 // The metrics' labels have small letters.
            OperatorMetrics.HostChanges, kind.ToString().ToLowerInvariant()));
#pragma warning restore CA1308
    }

    /// <summary>Tells of changes that the registry has now.</summary>
    public void Write(IEnumerable<HostChange> changes, ObjectReference registry, TimeSpan hold)
    {
        foreach (var change in changes)
        {
            _counters[change.Kind].Increment();
            _events.Publish(registry, EventType.Normal, GetReason(change.Kind), Action, change.Describe(hold));
        }
    }

    /// <summary>Tells a resource that its namespace has a host now.</summary>
    public void WriteTo(DeclaredResource resource, ResourceType<CustomObject> type, string host) => _events.Publish(
        type, resource.Source, EventType.Normal, Reason.HostRegistered, Action,
        $"The host {host} is registered to the namespace {resource.Namespace}.");

    static Reason GetReason(HostChangeKind kind) => kind switch
    {
        HostChangeKind.Registered => Reason.HostRegistered,
        HostChangeKind.Unused => Reason.HostUnused,
        HostChangeKind.Expired => Reason.HostExpired,
        HostChangeKind.Passed => Reason.HostPassed,
        _ => Reason.HostReleased,
    };
}
