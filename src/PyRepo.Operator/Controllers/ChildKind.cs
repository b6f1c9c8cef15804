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
    /// <param name="ownerOf">Whose a child is; null: no resource's of this controller.</param>
    public abstract void AddTo(Controller<CustomObject> controller, Func<ObjectMeta, ObjectKey?> ownerOf);
}
