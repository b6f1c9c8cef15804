using PyRepo.Kubernetes.Objects;

namespace PyRepo.Kubernetes.Controllers;

/// <summary>Makes the cluster as an object says (the shape of KubeOps' controllers, v10).</summary>
public interface IEntityController<T> where T : KubernetesObject
{
    /// <summary>The object is new, it or something that belongs to it changed, or its time has come.</summary>
    /// <param name="entity">As the informer has it.</param>
    /// <param name="cancellationToken">Cancelled when the program stops or no longer leads.</param>
    Task<ReconciliationResult<T>> ReconcileAsync(T entity, CancellationToken cancellationToken);

    /// <summary>
    /// The object is gone. Not told of what went while no program watched; a finalizer is for what must be done.
    /// </summary>
    /// <param name="entity">As it was last seen.</param>
    /// <param name="cancellationToken">Cancelled when the program stops or no longer leads.</param>
    Task<ReconciliationResult<T>> DeletedAsync(T entity, CancellationToken cancellationToken);
}
