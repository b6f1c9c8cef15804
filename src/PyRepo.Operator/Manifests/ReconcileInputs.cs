using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Networking;
using PyRepo.Kubernetes.Objects.Snapshots;
using PyRepo.Kubernetes.Objects.Storage;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Manifests;

/// <summary>The inputs of a resource's children, in addition to the resource itself, as read at a reconcile.</summary>
public sealed record ReconcileInputs
{
    /// <summary>The current time, for credentials and the status.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The group's members, their members and so on, as far as they are there; each once.</summary>
    public ImmutableArray<DeclaredResource> Members { get; init; } = [];

    /// <summary>Other resources of the same namespace and name.</summary>
    public ImmutableArray<DeclaredResource> NameConflicts { get; init; } = [];

    /// <summary>
    /// Other resources of the namespace whose pods use, or would use, the claim that this one names as an existing one.
    /// </summary>
    public ImmutableArray<DeclaredResource> ClaimRivals { get; init; } = [];

    /// <summary>The uid of the resource that has the children of that name; null: there are none.</summary>
    public string? NameOwner { get; init; }

    /// <summary>
    /// Whether the resource whose data are to be taken over still exists, and may use them (a bucket may be another).
    /// </summary>
    public bool PreviousOwnerExists { get; init; }

    /// <summary>A new random password, in case one is needed.</summary>
    public required string FreshPassword { get; init; }

    /// <summary>New random bytes, in case a key is needed.</summary>
    public required byte[] FreshKey { get; init; }

    /// <summary>
    /// The <see cref="OwnSecret.GetDigest"/> with which the operator's own Secrets were made last; null: it is
    /// not known whether they are there.
    /// </summary>
    public string? SecretsDigest { get; init; }

    /// <summary>
    /// The resource's request for another signing key that was met last, empty if it had none; null: it is not known,
    /// and its present one counts as met.
    /// </summary>
    public string? MetSigningKeyRequest { get; init; }

    /// <summary>The name of a Secret that would be the operator's own, and is somebody else's; null: none is.</summary>
    public string? ForeignSecret { get; init; }

    /// <summary>
    /// The claim of <see cref="PersistentVolumeClaimManifest.GetWantedName"/>, the operator's or an existing one, or
    /// else one that holds the resource's data under another name, as it is; null: there is none.
    /// </summary>
    public PersistentVolumeClaim? PersistentVolumeClaim { get; init; }

    /// <summary>
    /// The class of <see cref="PersistentVolumeClaim"/>, or else of the claim that is wanted; null: it is not there or
    /// not known.
    /// </summary>
    public StorageClass? StorageClass { get; init; }

    /// <summary>Whether the operator may read classes: if <see cref="StorageClass"/> is null, there is none.</summary>
    public bool KnowsStorageClasses { get; init; }

    /// <summary>
    /// The bytes of the file system on the claim, as a server measured it; null: not known, or not asked for, as the
    /// claim is not changed.
    /// </summary>
    public long? FileSystem { get; init; }

    /// <summary>Whether the cluster knows VolumeSnapshots.</summary>
    public bool KnowsVolumeSnapshots { get; init; } = true;

    /// <summary>
    /// Whether the VolumeSnapshotClass is there that the resource's backups name; null: it is not known, or none is named.
    /// </summary>
    public bool? HasSnapshotClass { get; init; }

    /// <summary>The VolumeSnapshots with the resource's labels.</summary>
    public ImmutableArray<VolumeSnapshot> Snapshots { get; init; } = [];

    /// <summary>
    /// The VolumeSnapshot that a new claim is to be made from; null: it is not there, or the claim needs none any more.
    /// </summary>
    public VolumeSnapshot? RestoreSource { get; init; }

    /// <summary>The API server's time, which the times of snapshots are of; null: not known.</summary>
    public DateTimeOffset? ServerTime { get; init; }

    /// <summary>The time by which snapshots are made.</summary>
    internal DateTimeOffset SnapshotTime => ServerTime ?? Now;

    /// <summary>Whether the storage was filled from the backup that the resource names.</summary>
    public bool IsRestored { get; init; }

    /// <summary>The resource's Deployment as it is; null: there is none.</summary>
    public Deployment? Deployment { get; init; }

    /// <summary>The memory limit that the resource's pods get of what its status recommends; null: none.</summary>
    public Quantity? RecommendedMemory { get; init; }

    /// <summary>Whether the cluster knows HTTPRoutes.</summary>
    public bool KnowsHttpRoutes { get; init; } = true;

    /// <summary>
    /// The class that <c>spec.ingress.className</c> names, or the cluster's default one; null: it is not there, or the
    /// operator may not read classes.
    /// </summary>
    public IngressClass? IngressClass { get; init; }

    /// <summary>The claims of other resources that may conflict: for the same hosts.</summary>
    public ImmutableArray<HostClaim> RivalHosts { get; init; } = [];

    /// <summary>Whom each host that the resource names belongs to; one that is missing belongs to nobody.</summary>
    public ImmutableDictionary<string, HostHolder> HostHolders { get; init; } =
        ImmutableDictionary<string, HostHolder>.Empty;

    /// <summary>Whether the registry of hosts has no room for another one.</summary>
    public bool IsHostRegistryFull { get; init; }

    /// <summary>The hosts of the resource's own Ingress or HTTPRoute.</summary>
    public ImmutableArray<string> RoutedHosts { get; init; } = [];

    /// <summary>Where the cluster's API server is, as <c>ADDRESS:PORT</c>; empty: not known.</summary>
    public ImmutableArray<string> ApiServers { get; init; } = [];

    /// <summary>
    /// The issuer of the cluster's ServiceAccount tokens; null: not known, or the resource accepts none.
    /// </summary>
    public ServiceAccountIssuer? ServiceAccounts { get; init; }
}

/// <summary>Whom a host belongs to, where the administrator's list does not say it.</summary>
/// <param name="RegisteredTo">
/// The namespace that the registry of hosts gives it to; null: none, or not any more.
/// </param>
/// <param name="RoutedBy">
/// The namespace of the oldest Ingress or HTTPRoute that has the host or a wildcard above it, whoever made it; null:
/// there is none.
/// </param>
public sealed record HostHolder(string? RegisteredTo, string? RoutedBy)
{
    /// <summary>Until when it is held for the namespace though no resource names it; null: one does.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>Whether a namespace may have it registered.</summary>
    public bool IsFreeFor(string ns) => RegisteredTo is null && (RoutedBy is null || RoutedBy == ns);
}
