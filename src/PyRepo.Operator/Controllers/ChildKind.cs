using PyRepo.Kubernetes.Apply;
using PyRepo.Kubernetes.Controllers;
using PyRepo.Kubernetes.Objects.Meta;

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
