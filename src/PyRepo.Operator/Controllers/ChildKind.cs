using PyRepo.Kubernetes.Apply;
using PyRepo.Kubernetes.Controllers;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Watching;

namespace PyRepo.Operator.Controllers;

/// <summary>A kind of objects that the operator makes for a resource.</summary>
abstract record ChildKind
{
    /// <summary>Lets an applier write this kind.</summary>
    public abstract void AddTo(ObjectApplier applier);

    /// <summary>Reconciles a resource when one of its children of this kind changes.</summary>
    /// <param name="controller">The controller of the resource's kind.</param>
    /// <param name="ownerOf">The resource that owns a child; null if this controller has none.</param>
    public abstract void AddTo(Controller<CustomObject> controller, Func<ObjectMeta, ObjectKey?> ownerOf);
}

/// <summary>A kind of objects that the operator makes for a resource.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Informer">The children of all resources.</param>
/// <param name="Prune">Whether a child that is no longer desired is deleted; not so if it holds data.</param>
/// <param name="Recreate">Whether a child that takes no change any more is deleted and made again.</param>
/// <param name="IsRequired">Whether nothing is reconciled before the children of the kind were listed.</param>
sealed record ChildKind<T>(
    ResourceType<T> Type, Informer<T> Informer, bool Prune = true, bool Recreate = false, bool IsRequired = false)
    : ChildKind
    where T : KubernetesObject
{
    /// <inheritdoc/>
    public override void AddTo(ObjectApplier applier) => applier.AddKind(Type, Informer, Prune, Recreate);

    /// <inheritdoc/>
    public override void AddTo(Controller<CustomObject> controller, Func<ObjectMeta, ObjectKey?> ownerOf) =>
        controller.Owns(Informer, child => ownerOf(child.Metadata), IsRequired);
}
