using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Controllers;

/// <summary>Reconciles the cluster with what an object asks for (the shape of KubeOps' controllers, v10).</summary>
public interface IEntityController<T> where T : KubernetesObject
{
    /// <summary>The object is new, it or something that belongs to it changed, or its time has come.</summary>
    /// <param name="entity">As the informer has it.</param>
    /// <param name="cancellationToken">Canceled when the program stops or no longer leads.</param>
    Task<ReconciliationResult<T>> ReconcileAsync(T entity, CancellationToken cancellationToken);

    /// <summary>
    /// The object is gone. Objects that are deleted while no program watches cause no call; use a finalizer for what
    /// must be done.
    /// </summary>
    /// <param name="entity">As it was last seen.</param>
    /// <param name="cancellationToken">Canceled when the program stops or no longer leads.</param>
    Task<ReconciliationResult<T>> DeletedAsync(T entity, CancellationToken cancellationToken);
}
