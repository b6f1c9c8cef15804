namespace PyRepo.Kubernetes.Apply;

abstract class KindApplier
{
    /// <summary>Applies one object.</summary>
    public abstract Task ApplyAsync(DesiredObject desired, ApplyPass pass, CancellationToken cancellationToken);

    /// <summary>Deletes what the owner has of the kind and is not desired any more.</summary>
    public abstract Task PruneAsync(ApplyPass pass, CancellationToken cancellationToken);
}
