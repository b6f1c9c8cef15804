using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Watching;

namespace PyRepo.Kubernetes.Apply;

/// <summary>
/// Applies each desired object that differs
/// (<see href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">server-side apply</see> of the
/// operator's own fields), deletes what an owner has and no longer desires, and leaves alone what is not the owner's.
/// If nothing differs, it sends no write.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="ownerOf">
/// Returns the <see cref="ObjectOwner.Name"/> of the owner of an object, or null if it has none here.
/// </param>
/// <param name="clock">For how long a write is waited for.</param>
public sealed class ObjectApplier(KubernetesClient client, Func<ObjectMeta, string?> ownerOf, TimeProvider clock)
{
    readonly Dictionary<string, KindApplier> _kinds = [];

    /// <summary>Adds a kind, before its informer runs.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="informer">
    /// Its objects, whole, or with a <see cref="KubernetesObject.Digest"/>; one without is read at each apply.
    /// </param>
    /// <param name="prune">
    /// Whether an object that is no longer desired is deleted; false for objects that hold data.
    /// </param>
    /// <param name="recreate">Whether an object that accepts no more changes is deleted and created again.</param>
    public ObjectApplier AddKind<T>(
        ResourceType<T> type, Informer<T> informer, bool prune = true, bool recreate = false)
        where T : KubernetesObject
    {
        _kinds.Add(type.Kind, new KindApplier<T>(client, type, informer, ownerOf, prune, recreate, clock));
        return this;
    }

    /// <summary>
    /// Applies the objects of one owner, in their order, and then deletes its others.
    /// </summary>
    /// <param name="owner">The owner.</param>
    /// <param name="desired">All that it should have. Each carries what identifies its owner.</param>
    /// <param name="cancellationToken">Ends it between two writes.</param>
    /// <exception cref="KubernetesException">
    /// The API server can't do it now; those before it were done.
    /// </exception>
    public async Task<ApplyResult> ApplyAsync(
        ObjectOwner owner, IReadOnlyList<DesiredObject> desired, CancellationToken cancellationToken)
    {
        var pass = new ApplyPass(owner, desired);
        foreach (var one in desired.Where(one => !one.IsKept))
            await TryAsync(one, pass, cancellationToken);
        // An object that is no longer desired may serve in place of one that was rejected.
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

abstract class KindApplier
{
    /// <summary>Applies one object.</summary>
    public abstract Task ApplyAsync(DesiredObject desired, ApplyPass pass, CancellationToken cancellationToken);

    /// <summary>Deletes what the owner has of the kind and is not desired any more.</summary>
    public abstract Task PruneAsync(ApplyPass pass, CancellationToken cancellationToken);
}

/// <summary>The result of an apply.</summary>
public sealed record ApplyResult
{
    /// <summary>The writes, in order; empty at a steady state.</summary>
    public required IReadOnlyList<ObjectChange> Changes { get; init; }

    /// <summary>Objects of a desired name that are not the owner's. They were left untouched.</summary>
    public required IReadOnlyList<ObjectIdentity> Conflicts { get; init; }

    /// <summary>
    /// The rejections by the API server, in order. The other objects were applied, and nothing was deleted.
    /// </summary>
    public required IReadOnlyList<KubernetesException> Rejections { get; init; }

    /// <summary>
    /// Desired objects whose predecessors somebody deleted and which are not gone yet; they follow when those are.
    /// </summary>
    public required IReadOnlyList<ObjectIdentity> Terminating { get; init; }
}

/// <summary>One write.</summary>
/// <param name="Verb">The kind of write.</param>
/// <param name="Object">The object that was written.</param>
/// <param name="Field">
/// Of a change the first field that was not as desired (<c>spec.template.spec.containers[0].image</c>); null where the
/// difference is a field that is no longer desired.
/// </param>
public readonly record struct ObjectChange(ObjectVerb Verb, ObjectIdentity Object, string? Field = null);

/// <summary>The kind of a write.</summary>
public enum ObjectVerb
{
    Created,
    Changed,
    Deleted,
}
