using System.Collections.Concurrent;
using PyRepo.Kubernetes.Events;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// Records as events that new pods replace others, with the field that made the difference, and that all of them are
/// there. An operator that starts meanwhile does not tell of the end.
/// </summary>
sealed class RolloutEvents(EventRecorder events)
{
    const string Action = "Roll";

    readonly ConcurrentDictionary<ResourceKey, string> _begun = new();

    /// <summary>Tells what has become of a resource's pods.</summary>
    /// <param name="type">Its kind.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="live">The Deployment as it was before it was applied; null: none.</param>
    /// <param name="wanted">The Deployment as it is desired; null: none.</param>
    /// <param name="outcome">The result of applying it.</param>
    public void Tell(
        ResourceType<CustomObject> type, DeclaredResource resource, Deployment? live, Deployment? wanted,
        ChildrenApplyResult outcome)
    {
        if (live is null || wanted is null)
            return;
        var (key, template) = (ResourceKey.From(resource), DeploymentManifest.GetTemplateHash(wanted) ?? "");
        if (DeploymentManifest.GetTemplateHash(live) != template)
        {
            if (!outcome.WroteServer || wanted.Spec?.Replicas is 0)
                return;
            _begun[key] = template;
            var why = outcome.ServerField is { } field ? $"{field} is another" : "a field is no longer set";
            Publish(Reason.RolloutStarted, $"New pods replace the others: {why}.");
        }
        else if (!DeploymentManifest.IsUnfinished(live) && _begun.TryRemove(KeyValuePair.Create(key, template)))
            Publish(Reason.RolloutCompleted, "All pods are new, and ready.");

        void Publish(Reason reason, string note) =>
            events.Publish(type, resource.Source, EventType.Normal, reason, Action, note);
    }

    /// <summary>Forgets a resource that is gone, or is left as it is.</summary>
    public void Forget(ResourceKey key) => _begun.TryRemove(key, out _);
}
