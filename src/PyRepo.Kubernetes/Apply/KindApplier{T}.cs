using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Digests;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Watching;

namespace PyRepo.Kubernetes.Apply;

sealed class KindApplier<T> : KindApplier where T : KubernetesObject
{
    const string OwnerIndex = "owner";

    readonly KubernetesClient _client;
    readonly ResourceType<T> _type;
    readonly Informer<T> _informer;
    readonly Func<ObjectMeta, string?> _ownerOf;
    readonly bool _prune;
    readonly bool _recreate;
    readonly Expectations<T> _expectations;

    public KindApplier(
        KubernetesClient client, ResourceType<T> type, Informer<T> informer, Func<ObjectMeta, string?> ownerOf,
        bool prune, bool recreate, TimeProvider clock)
    {
        (_client, _type, _informer, _ownerOf, _prune, _recreate) = (client, type, informer, ownerOf, prune, recreate);
        _expectations = new Expectations<T>(clock, key => informer.Find(key) is not null);
        informer.AddIndex(OwnerIndex, value => ownerOf(value.Metadata) is { } owner ? [owner] : []);
        informer.Changed += change =>
        {
            if (change is { After: null, Before: { } gone })
                _expectations.Forget(gone.Key);
        };
    }

    public override async Task ApplyAsync(DesiredObject desired, ApplyPass pass, CancellationToken cancellationToken)
    {
        var wanted = (DesiredObject<T>)desired;
        var key = wanted.Identity.Key;
        var copy = _informer.Find(key);
        // What the informer has not may yet be there, and somebody else's: applying would take it over.
        var (live, digest) = await FindAsync(wanted, _expectations.Newest(key, copy), cancellationToken);
        if (live is null)
        {
            await WriteAsync(wanted, copy, null, cancellationToken);
            pass.Changes.Add(new(ObjectVerb.Created, wanted.Identity));
            return;
        }
        if (_ownerOf(live.Metadata) != pass.Owner)
        {
            pass.Conflicts.Add(wanted.Identity);
            return;
        }
        if (live.Metadata.DeletionTimestamp is not null)
        {
            pass.Terminating.Add(wanted.Identity);
            return;
        }
        await ChangeAsync(wanted, copy, live, digest!, pass, cancellationToken);
    }

    public override async Task PruneAsync(ApplyPass pass, CancellationToken cancellationToken)
    {
        if (!_prune)
            return;
        foreach (var owned in _informer.ByIndex(OwnerIndex, pass.Owner).ToList())
        {
            var identity = new ObjectIdentity(_type.Kind, owned.Key);
            var isGoing = owned.Metadata.DeletionTimestamp is not null || _expectations.IsDeleted(owned);
            if (isGoing || pass.IsDesired(identity) || !pass.MayDelete(owned.Metadata))
                continue;
            if (owned.Metadata.Uid is not { } uid)
                continue;
            if (await _client.DeleteAsync(_type, owned, cancellationToken))
                pass.Changes.Add(new(ObjectVerb.Deleted, identity));
            _expectations.RecordDeletion(owned.Key, uid);
        }
    }

    /// <summary>An object as it is. One of which the informer keeps too little is read.</summary>
    async Task<(T? Live, ObjectDigest? Digest)> FindAsync(
        DesiredObject<T> wanted, T? newest, CancellationToken cancellationToken)
    {
        if (newest?.Digest is { } known)
            return (newest, known);
        if (newest is null || _informer.Transform is not null)
        {
            newest = await _client.GetAsync(_type, wanted.Identity.Key, cancellationToken);
            if (newest is not null)
                _informer.Refresh(newest);
        }
        return newest is null ? default : (newest, ObjectDigest.From(Json(newest), wanted.Json));
    }

    JsonElement Json(T value) => JsonSerializer.SerializeToElement(value, _type.Json);

    async Task ChangeAsync(
        DesiredObject<T> wanted, T? copy, T live, ObjectDigest digest, ApplyPass pass,
        CancellationToken cancellationToken)
    {
        var difference = DriftDetector.FirstDifference(wanted.Json, digest);
        var applied = live.Metadata.Annotations?.GetValueOrDefault(DesiredObject.HashAnnotation);
        if (difference is null && applied == wanted.Hash)
            return;
        if (_expectations.IsOutcome(wanted.Identity.Key, wanted.Hash, wanted.Json, digest))
            return;
        var written = await OverwriteOrRecreateAsync(wanted, copy, live, cancellationToken);
        if (written.Metadata.ResourceVersion != live.Metadata.ResourceVersion)
            pass.Changes.Add(new(ObjectVerb.Changed, wanted.Identity, difference));
    }

    async Task<T> OverwriteOrRecreateAsync(
        DesiredObject<T> wanted, T? copy, T live, CancellationToken cancellationToken)
    {
        try
        {
            return await OverwriteAsync(wanted, copy, live, cancellationToken);
        }
        catch (KubernetesException error) when (error.Status is HttpStatusCode.UnprocessableEntity
            && _recreate && wanted.IsPermanentlyRejectedBy(live))
        {
            await _client.DeleteAsync(_type, live, cancellationToken);
            return await WriteAsync(wanted, copy, null, cancellationToken);
        }
    }

    /// <summary>
    /// Applies what is desired. If fields of others, which an apply leaves alone, make it invalid, these are removed
    /// first.
    /// </summary>
    async Task<T> OverwriteAsync(
        DesiredObject<T> wanted, T? copy, T live, CancellationToken cancellationToken)
    {
        var uid = live.Metadata.Uid;
        try
        {
            return await WriteAsync(wanted, copy, uid, cancellationToken);
        }
        catch (KubernetesException error) when (error.Status is HttpStatusCode.UnprocessableEntity)
        {
            // Their names are not in the informer's copy.
            if (await _client.GetAsync(_type, live.Key, cancellationToken) is not { } whole
                || ConflictingFields.Removal(wanted.Json, Json(whole), error.Fields) is not { } removal)
            {
                throw;
            }
            removal["metadata"] = new JsonObject { ["uid"] = uid };
            await _client.PatchAsync(_type, live.Key, removal, cancellationToken);
            return await WriteAsync(wanted, copy, uid, cancellationToken);
        }
    }

    async Task<T> WriteAsync(DesiredObject<T> wanted, T? copy, string? uid, CancellationToken cancellationToken)
    {
        var key = wanted.Identity.Key;
        var removals = _expectations.Removals;
        var written = await _client.ApplyAsync(_type, wanted.ToApply(uid), cancellationToken);
        if (_informer.Keep(written) is { } kept)
            _expectations.RecordWrite(key, copy, kept, removals);
        var outcome = ObjectDigest.From(Json(written), wanted.Json);
        if (DriftDetector.FirstDifference(wanted.Json, outcome) is null)
            _expectations.ForgetOutcome(key);
        else
            _expectations.RecordOutcome(key, wanted.Hash, outcome, removals);
        return written;
    }
}
