using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Controllers;

/// <summary>Distinguishes a change that concerns a controller from a write to the status.</summary>
static class EntityChange
{
    /// <summary>
    /// Whether an update changed what the object asks for, its labels, annotations or finalizers, or began its
    /// deletion.
    /// </summary>
    public static bool Concerns(ObjectMeta before, ObjectMeta after) =>
        before.Uid != after.Uid
        || before.Generation != after.Generation
        || before.DeletionTimestamp != after.DeletionTimestamp
        || !Same(before.Labels, after.Labels)
        || !Same(before.Annotations, after.Annotations)
        || !(before.Finalizers ?? []).SequenceEqual(after.Finalizers ?? []);

    static bool Same(IReadOnlyDictionary<string, string>? before, IReadOnlyDictionary<string, string>? after)
    {
        if ((before?.Count ?? 0) != (after?.Count ?? 0))
            return false;
        return before is null || before.All(pair => after!.TryGetValue(pair.Key, out var value) && value == pair.Value);
    }
}
