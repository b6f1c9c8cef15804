using PyRepo.Kubernetes.Apply;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Resources;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// Decides which resource an object belongs to. Owner references are compared by API group and kind, not by version: a
/// resource that is read as <c>v1beta1</c> owns what it made as <c>v1alpha1</c>.
/// </summary>
/// <remarks>
/// See <see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/">Owners and
/// Dependents</see>.
/// </remarks>
public static class Ownership
{
    /// <summary>The reference that makes a resource the owner of a child, which goes away with it.</summary>
    public static OwnerReference ReferenceTo(DeclaredResource owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return new OwnerReference
        {
            ApiVersion = Resource.CommonApiVersion,
            Kind = owner.Kind,
            Name = owner.Name,
            Uid = owner.Uid,
            Controller = true,
            BlockOwnerDeletion = true,
        };
    }

    /// <summary>
    /// The resource that a child belongs to; null: none. Its annotation as data decides, or else its controller, or
    /// else its labels. Labels count only where the operator applied the object: <c>kubectl expose</c> copies them.
    /// </summary>
    public static ResourceKey? GetOwner(ObjectMeta child)
    {
        ArgumentNullException.ThrowIfNull(child);
        if (GetDataOwner(child) is { } owner)
            return owner;
        if (child.Controller is not null)
            return GetControllingOwner(child);
        return IsApplied(child) ? GetLabeledOwner(child) : null;
    }

    /// <summary>
    /// The resource to reconcile when a child changes; null: none. An object that only carries the labels counts, too:
    /// one of a pod's is a ReplicaSet, and somebody may have taken the mark away.
    /// </summary>
    public static ResourceKey? GetReconciledOwner(ObjectMeta child)
    {
        ArgumentNullException.ThrowIfNull(child);
        return GetControllingOwner(child) ?? GetLabeledOwner(child);
    }

    /// <summary>
    /// Whether a child belongs to this very resource, and not to an earlier one of its name. Data belong to either.
    /// </summary>
    public static bool IsOwnedBy(ObjectMeta child, DeclaredResource resource)
    {
        ArgumentNullException.ThrowIfNull(child);
        ArgumentNullException.ThrowIfNull(resource);
        return GetOwner(child) == ResourceKey.From(resource)
            && (GetDataOwner(child) is not null || child.Controller is not { } controller
                || controller.Uid == resource.Uid);
    }

    /// <summary>
    /// The owner that an object with data names, whatever became of its labels and of the resource that made it; null:
    /// it names none.
    /// </summary>
    public static ResourceKey? GetDataOwner(ObjectMeta data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return ResourceKey.Parse(data.Annotations?.GetValueOrDefault(Annotations.DataOf));
    }

    /// <summary>
    /// Whether a resource may use the data of an owner: it is the owner, or its annotation takes the data over.
    /// </summary>
    public static bool CanUse(DeclaredResource resource, ResourceKey owner)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return owner == ResourceKey.From(resource)
            || (owner.Kind == resource.Kind
                && resource.Annotation(Annotations.TakeOver) == $"{owner.Namespace}/{owner.Name}");
    }

    static ResourceKey? GetControllingOwner(ObjectMeta child) =>
        child.Controller is { Group: Resource.Group, Kind: { } kind, Name: { } name }
            ? new ResourceKey(kind, child.Namespace ?? "", name)
            : null;

    static ResourceKey? GetLabeledOwner(ObjectMeta child) =>
        child.Labels is { } labels
        && labels.TryGetValue(ChildMetadata.KindLabel, out var kind)
            && labels.TryGetValue(ChildMetadata.NameLabel, out var name)
            ? new ResourceKey(kind, child.Namespace ?? "", name)
            : null;

    /// <summary>Whether it carries the mark of what the operator applied, which is not copied with labels.</summary>
    static bool IsApplied(ObjectMeta child) => child.Annotations?.ContainsKey(DesiredObject.HashAnnotation) is true;
}
