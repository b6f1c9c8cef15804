using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Controllers;

#pragma warning disable CA1000 // KubeOps' factories are static members of the generic type; a port keeps its calls.
/// <summary>How a reconcile ended.</summary>
public sealed record ReconciliationResult<T> where T : KubernetesObject
{
    ReconciliationResult(T entity) => Entity = entity;

    /// <summary>The object.</summary>
    public T Entity { get; }

    /// <summary>Whether everything is as the object asks, or on its way.</summary>
    public bool IsSuccess { get; private init; }

    /// <summary>Why not.</summary>
    public string? ErrorMessage { get; private init; }

    /// <summary>The exception, if any.</summary>
    public Exception? Error { get; private init; }

    /// <summary>The time after which to reconcile again though nothing changed.</summary>
    public TimeSpan? RequeueAfter { get; private init; }

    /// <summary>It succeeded.</summary>
    /// <param name="entity">The object.</param>
    /// <param name="requeueAfter">
    /// The time after which to reconcile again though nothing changed; null: at the next change or resync.
    /// </param>
    public static ReconciliationResult<T> Success(T entity, TimeSpan? requeueAfter = null) =>
        new(entity) { IsSuccess = true, RequeueAfter = requeueAfter };

    /// <summary>
    /// It failed, and is retried with increasing delay, exactly as if an exception were thrown.
    /// </summary>
    /// <param name="entity">The object.</param>
    /// <param name="message">Why.</param>
    /// <param name="error">The exception, if any.</param>
    /// <param name="requeueAfter">Not before this time.</param>
    public static ReconciliationResult<T> Failure(
        T entity, string message, Exception? error = null, TimeSpan? requeueAfter = null) =>
        new(entity) { ErrorMessage = message, Error = error, RequeueAfter = requeueAfter };
}
