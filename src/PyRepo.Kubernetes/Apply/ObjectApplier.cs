using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Watching;

namespace PyRepo.Kubernetes.Apply;

/// <summary>
/// Makes the cluster so: applies each desired object that is not as desired (server-side apply, of the operator's own
/// fields), deletes what an owner has and no longer desires, and leaves alone what is not the owner's. Where all is as
/// desired it sends no write.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="ownerOf">
/// Whose an object is, as <see cref="ObjectOwner.Name"/>, from what it says of itself; null: nobody's here.
/// </param>
/// <param name="clock">For how long a write is waited for.</param>
public sealed class ObjectApplier(KubernetesClient client, Func<ObjectMeta, string?> ownerOf, TimeProvider clock)
{
    readonly Dictionary<string, KindApplier> _kinds = [];

    /// <summary>Takes a kind on, before the informer runs.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="informer">
    /// Its objects, whole. Null: each is asked for at each visit, and none is found to be deleted.
    /// </param>
    /// <param name="prune">Whether what is no longer desired is deleted; not so for what holds data.</param>
    /// <param name="recreate">Whether one that takes no change any more is deleted and made again.</param>
    public ObjectApplier AddKind<T>(ResourceType<T> type, Informer<T>? informer, bool prune = true, bool recreate = false)
        where T : KubernetesObject
    {
        _kinds.Add(type.Kind, new KindApplier<T>(client, type, informer, ownerOf, prune, recreate, clock));
        return this;
    }

    /// <summary>
    /// Makes the objects of one owner as they shall be, in their order, and then deletes what it has besides.
    /// </summary>
    /// <param name="owner">Who it is.</param>
    /// <param name="desired">All that it shall have. Each carries what tells whose it is.</param>
    /// <param name="cancellationToken">Ends it between two writes.</param>
    /// <exception cref="KubernetesException">
    /// The API server can't do it now; those before it were done.
    /// </exception>
    public async Task<ApplyResult> ApplyAsync(
        ObjectOwner owner, IReadOnlyList<DesiredObject> desired, CancellationToken cancellationToken)
    {
        var pass = new ApplyPass(owner, desired);
        foreach (var one in desired)
            await TryAsync(one, pass, cancellationToken);
        // What is no longer desired may stand in for what was refused.
        foreach (var kind in pass.Rejections.Count == 0 ? [.. _kinds.Values] : Array.Empty<KindApplier>())
            await kind.PruneAsync(pass, cancellationToken);
        return new ApplyResult
        {
            Changes = pass.Changes,
            Conflicts = pass.Conflicts,
            Rejections = pass.Rejections,
            Terminating = pass.Terminating,
        };
    }

    async Task TryAsync(DesiredObject desired, ApplyPass pass, CancellationToken cancellationToken)
    {
        try
        {
            await _kinds[desired.Identity.Kind].ApplyAsync(desired, pass, cancellationToken);
        }
        catch (KubernetesException error) when (error.IsRejected)
        {
            pass.Rejections.Add(error);
        }
    }
}
