using System.Diagnostics.CodeAnalysis;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Resources.Storage;
using PyRepo.Resources.Values;
using ClaimWanted = PyRepo.Resources.Storage.PersistentVolumeClaimSpec;

namespace PyRepo.Operator.Manifests;

/// <summary>The PersistentVolumeClaim that holds a repository's data.</summary>
public static class PersistentVolumeClaimManifest
{
    /// <summary>The name of the claim that was found, or else of the one that is wanted.</summary>
    public static string GetName(DeclaredResource resource, ReconcileInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return inputs.PersistentVolumeClaim?.Metadata.Name ?? GetWantedName(resource);
    }

    /// <summary>
    /// The claim's name: the one that the spec names, that of the resource whose data are taken over, or the resource's
    /// own.
    /// </summary>
    public static string GetWantedName(DeclaredResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (resource.Stored?.Storage.EffectivePersistentVolumeClaim?.ExistingClaim is { } existing)
            return existing;
        return ChildNames.Data(TakeOver.GetPreviousOwner(resource)?.Name ?? resource.Name);
    }

    /// <summary>The claim; null where there is none, or where it is somebody else's.</summary>
    public static PersistentVolumeClaim? Create(DeclaredResource resource, ReconcileInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(inputs);
        if (resource.Stored?.Storage.EffectivePersistentVolumeClaim is not { ExistingClaim: null } wanted)
            return null;
        var isRetained = resource.Stored.Storage.DeletionPolicy is DeletionPolicy.Retain;
        return new PersistentVolumeClaim
        {
            Metadata = WithNote(
                ChildMetadata.Data(resource, GetName(resource, inputs), isRetained), GetNote(wanted, inputs)),
            Spec = new()
            {
                StorageClassName = wanted.StorageClassName,
                AccessModes = GetModes(wanted),
                Resources = new() { Requests = ChildMetadata.Texts(("storage", GetSize(wanted, inputs).ToString())) },
                DataSource = FindSource(resource.Stored.Storage.RestoreFrom, inputs.PersistentVolumeClaim),
            },
        };
    }

    /// <summary>The name of the snapshot that a claim's volume is made from; null: it is made from none.</summary>
    public static string? FindSnapshot(PersistentVolumeClaim? pvc) =>
        pvc?.Spec?.DataSource is { Name: { } name } source
        && (source.ApiGroup, source.Kind) == (ResourceTypes.VolumeSnapshots.Group, ResourceTypes.VolumeSnapshots.Kind)
            ? name
            : null;

    /// <summary>A claim keeps its source, whatever the resource says later.</summary>
    static VolumeSource? FindSource(RestoreSpec? restore, PersistentVolumeClaim? pvc) =>
        (pvc is null ? restore?.VolumeSnapshot : FindSnapshot(pvc)) is { } snapshot
            ? new()
            {
                ApiGroup = ResourceTypes.VolumeSnapshots.Group,
                Kind = ResourceTypes.VolumeSnapshots.Kind,
                Name = snapshot,
            }
            : null;

    /// <summary>
    /// Whether the claim should grow but its class does not allow it, so that the API server would reject it.
    /// </summary>
    public static bool CannotGrow(ClaimWanted wanted, ReconcileInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(inputs);
        return RequestedBy(inputs.PersistentVolumeClaim) < wanted.Size && !IsExpandable(inputs);
    }

    /// <summary>
    /// Whether the claim's class lets it grow; true if the operator may not read classes. A claim without one is of a
    /// volume that somebody made by hand.
    /// </summary>
    public static bool IsExpandable(ReconcileInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return inputs.StorageClass is { } storageClass
            ? storageClass.AllowVolumeExpansion is true : !inputs.KnowsStorageClasses;
    }

    /// <summary>
    /// Whether a claim may be larger than its resource says: it grows by itself, or did until it had this size.
    /// </summary>
    public static bool MayBeLarger(ClaimWanted wanted, PersistentVolumeClaim pvc)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return wanted.AutoGrow is not null || RequestedBy(pvc) <= GrowthNote.From(pvc)?.Size;
    }

    /// <summary>Whether a claim holds the data of another resource, which this one takes over.</summary>
    public static bool IsTakenOver(DeclaredResource resource, [NotNullWhen(true)] PersistentVolumeClaim? pvc) =>
        pvc is not null && Ownership.GetDataOwner(pvc.Metadata) is { } owner && owner != ResourceKey.From(resource)
        && Ownership.CanUse(resource, owner);

    /// <summary>The existing claim with this resource as its owner. Its spec is unchanged.</summary>
    public static PersistentVolumeClaim TakenOver(DeclaredResource resource, PersistentVolumeClaim pvc)
    {
        ArgumentNullException.ThrowIfNull(pvc);
        return new PersistentVolumeClaim
        {
            Metadata = WithNote(
                ChildMetadata.Data(resource, pvc.Metadata.Name!, isRetained: true), GetNote(pvc)) with
            {
                Uid = pvc.Metadata.Uid,
                ResourceVersion = pvc.Metadata.ResourceVersion,
            },
            Spec = pvc.Spec is not { } spec ? null : new()
            {
                StorageClassName = spec.StorageClassName,
                AccessModes = spec.AccessModes,
                Resources = spec.Resources,
            },
        };
    }

    /// <summary>The size that a claim asks for; null where there is none.</summary>
    internal static Quantity? RequestedBy(PersistentVolumeClaim? pvc) =>
        pvc?.Spec?.Resources?.Requests?.GetValueOrDefault("storage") is { } text
            && Quantity.TryParse(text, out var size)
            ? size
            : null;

    /// <summary>The size of a claim's volume; null where it has none.</summary>
    internal static Quantity? CapacityOf(PersistentVolumeClaim? pvc) =>
        pvc?.Status?.Capacity?.GetValueOrDefault("storage") is { } text && Quantity.TryParse(text, out var size)
            ? size
            : null;

    /// <summary>Whether the resource's size is raised now, of a claim that also grows by itself.</summary>
    public static bool RaisesGrowing(DeclaredResource resource, ReconcileInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(inputs);
        return resource.Stored?.Storage.EffectivePersistentVolumeClaim is { AutoGrow: not null } wanted
            && RequestedBy(inputs.PersistentVolumeClaim) < GetSize(wanted, inputs);
    }

    /// <summary>
    /// A claim grows only once it has a volume: the API server rejects all changes before. One that grew by itself
    /// keeps its size.
    /// </summary>
    static Quantity GetSize(ClaimWanted wanted, ReconcileInputs inputs) =>
        RequestedBy(inputs.PersistentVolumeClaim) is { } requested
        && (requested > wanted.Size || inputs.PersistentVolumeClaim!.Status?.Phase != "Bound"
            || CannotGrow(wanted, inputs))
            ? requested
            : wanted.Size;

    /// <summary>
    /// A size that is raised is noted like a step: what was measured before it is no reason for one. If the volume has as
    /// much already, nothing is resized, and nothing to wait for.
    /// </summary>
    static string? GetNote(ClaimWanted wanted, ReconcileInputs inputs) =>
        wanted.AutoGrow is not null && inputs.FileSystem is { } bytes && GetSize(wanted, inputs) is var size
        && RequestedBy(inputs.PersistentVolumeClaim) < size && !(CapacityOf(inputs.PersistentVolumeClaim!) >= size)
            ? new GrowthNote(size, bytes).ToString()
            : GetNote(inputs.PersistentVolumeClaim);

    static string? GetNote(PersistentVolumeClaim? pvc) =>
        GrowthNote.From(pvc) is null ? null : GrowthNote.GetText(pvc);

    static ObjectMeta WithNote(ObjectMeta metadata, string? note) => note is null ? metadata : metadata with
    {
        Annotations = ChildMetadata.Texts([.. (metadata.Annotations ?? ChildMetadata.Texts())
            .Select(a => (a.Key, a.Value)), (Annotations.Grown, note)]),
    };

    internal static string[] GetModes(ClaimWanted wanted) => [.. wanted.AccessModes.Select(mode => mode.ToString())];
}
