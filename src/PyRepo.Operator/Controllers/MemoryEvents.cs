using PyRepo.Kubernetes.Events;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Controllers;

/// <summary>Records as an event that a resource's pods get another amount of memory by themselves, and why.</summary>
sealed class MemoryEvents(EventRecorder events)
{
    /// <summary>Tells it, if the Deployment was written with another limit.</summary>
    /// <param name="type">The resource's kind.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="live">The Deployment as it was before it was applied; null: none.</param>
    /// <param name="wanted">The Deployment as it is desired; null: none.</param>
    /// <param name="outcome">The result of applying it.</param>
    /// <param name="recommended">The recommendation so far; null: none.</param>
    public void Tell(
        ResourceType<CustomObject> type, DeclaredResource resource, Deployment? live, Deployment? wanted,
        ChildrenApplyResult outcome, RecommendationStatus? recommended)
    {
        if (live is null || wanted is null || !outcome.WroteServer || recommended is null
            || resource.Spec?.Server.AutoMemory is null || AppliedTemplate.From(live) is not { } applied)
        {
            return;
        }
        var (before, now) = (
            PodManifest.GetMemoryLimit(applied.Template.Spec), PodManifest.GetMemoryLimit(wanted.Spec!.Template.Spec));
        // That it is less again, MemoryRefused tells, or who changed the resource knows.
        if (now is null || now <= before)
            return;
        events.Publish(
            type, resource.Source, EventType.Normal, Reason.MemoryRaised, "Roll",
            $"The memory limit of the pods is {now} instead of {before?.ToString() ?? "none"}. {recommended.Message}");
    }
}
