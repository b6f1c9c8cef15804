using System.Collections.Immutable;
using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Storage;

/// <summary>
/// The rules for updates of <c>spec.storage</c>: existing data must stay reachable. The operator judges a change of a
/// bucket's endpoint.
/// </summary>
public static class StorageTransitions
{
    const string LeftBehind = "the existing data would be left behind. Restore the previous value, or create a "
        + "resource with another name";

    static readonly PersistentVolumeClaimSpec _defaults = new();

    /// <summary>Returns all transition rules, for a spec with storage.</summary>
    public static ImmutableArray<TransitionRule<T>> All<T>() where T : StoredSpec =>
    [
        KindIsImmutable<T>(), ProviderIsImmutable<T>(), BucketIsImmutable<T>(), BucketClaimIsImmutable<T>(),
        PrefixIsImmutable<T>(),
        ExistingClaimIsImmutable<T>(), StorageClassIsImmutable<T>(), AccessModesAreImmutable<T>(),
        SizeNeverShrinks<T>(), RestoreIsSetAtCreation<T>(),
    ];

    /// <summary>Ephemeral data would be lost anyway.</summary>
    static TransitionRule<T> KindIsImmutable<T>() where T : StoredSpec => new()
    {
        FieldPath = "storage",
        Cel = $"{Has("oldSelf", "ephemeral")} || ({GetKind("self")}) == ({GetKind("oldSelf")})",
        Predicate = (before, after) =>
            before.Storage.Ephemeral is not null || GetKind(before.Storage) == GetKind(after.Storage),
        Value = spec => GetKind(spec.Storage),
        CelValue = GetKind("self"),
        Message = $"is a different kind of storage than before: {LeftBehind}",
    };

    static TransitionRule<T> ProviderIsImmutable<T>() where T : StoredSpec => new()
    {
        FieldPath = "storage.bucket.provider",
        Cel = $"!{Has("self", "bucket")} || !{Has("oldSelf", "bucket")}"
            + $" || {Provider("self")} == {Provider("oldSelf")}",
        Predicate = (before, after) => Both(before, after, storage => storage.Bucket) is not var (was, now)
            || was.Provider == now.Provider,
        Value = spec => spec.Storage.Bucket?.Provider.ToString() ?? "",
        CelValue = Provider("self"),
        Message = $"is a different provider than before: {LeftBehind}",
    };

    static TransitionRule<T> BucketIsImmutable<T>() where T : StoredSpec => new()
    {
        FieldPath = "storage.bucket.name",
        Cel = $"!{Has("self", "bucket.name")} || !{Has("oldSelf", "bucket.name")}"
            + " || self.storage.bucket.name == oldSelf.storage.bucket.name",
        Predicate = (before, after) => Both(before, after, storage => storage.Bucket?.Name) is not var (was, now)
            || was == now,
        Value = spec => spec.Storage.Bucket?.Name ?? "",
        CelValue = "self.storage.bucket.name",
        Message = $"is a different bucket than before: {LeftBehind}",
    };

    /// <summary>Nobody but the server knows whether a claim has the bucket that was named.</summary>
    static TransitionRule<T> BucketClaimIsImmutable<T>() where T : StoredSpec => new()
    {
        FieldPath = "storage.bucket.claimRef",
        Cel = $"!{Has("self", "bucket")} || !{Has("oldSelf", "bucket")}"
            + $" || {Written("self", "bucket.claimRef.name")} == {Written("oldSelf", "bucket.claimRef.name")}",
        Predicate = (before, after) => Both(before, after, storage => storage.Bucket) is not var (was, now)
            || was.ClaimRef?.Name == now.ClaimRef?.Name,
        Message = $"has changed, and with it the bucket: {LeftBehind}",
    };

    static TransitionRule<T> PrefixIsImmutable<T>() where T : StoredSpec => new()
    {
        FieldPath = "storage.bucket.prefix",
        Cel = $"!{Has("self", "bucket")} || !{Has("oldSelf", "bucket")}"
            + $" || {Written("self", "bucket.prefix")} == {Written("oldSelf", "bucket.prefix")}",
        Predicate = (before, after) => Both(before, after, storage => storage.Bucket) is not var (was, now)
            || was.Prefix == now.Prefix,
        Value = spec => spec.Storage.Bucket?.Prefix ?? "",
        CelValue = Written("self", "bucket.prefix"),
        Message = $"is a different prefix than before: {LeftBehind}",
    };

    /// <summary>Omitted means the claim that the operator creates.</summary>
    static TransitionRule<T> ExistingClaimIsImmutable<T>() where T : StoredSpec => new()
    {
        FieldPath = "storage.persistentVolumeClaim.existingClaim",
        Cel = $"{EitherHasNoVolume} || {GetExistingClaim("self")} == {GetExistingClaim("oldSelf")}",
        Predicate = (before, after) => BothClaims(before, after) is not var (was, now)
            || was.ExistingClaim == now.ExistingClaim,
        Value = spec => spec.Storage.EffectivePersistentVolumeClaim?.ExistingClaim ?? "",
        CelValue = GetExistingClaim("self"),
        Message = $"is a different claim than before: {LeftBehind}",
    };

    /// <summary>Omitted and empty differ: the default class, and no class.</summary>
    static TransitionRule<T> StorageClassIsImmutable<T>() where T : StoredSpec => new()
    {
        FieldPath = "storage.persistentVolumeClaim.storageClassName",
        Cel = $"{EitherHasNoVolume} || "
            + $"({Class("self")} ? {Class("oldSelf")} && self.storage.persistentVolumeClaim.storageClassName == "
            + $"oldSelf.storage.persistentVolumeClaim.storageClassName : !{Class("oldSelf")})",
        Predicate = (before, after) => BothClaims(before, after) is not var (was, now)
            || was.StorageClassName == now.StorageClassName,
        Message = $"has changed, but a volume keeps its class: {LeftBehind}",
    };

    static TransitionRule<T> AccessModesAreImmutable<T>() where T : StoredSpec => new()
    {
        FieldPath = "storage.persistentVolumeClaim.accessModes",
        Cel = $"{EitherHasNoVolume} || {AccessModes("self")} == {AccessModes("oldSelf")}",
        Predicate = (before, after) => BothClaims(before, after) is not var (was, now)
            || was.AccessModes.Equals(now.AccessModes),
        Message = $"have changed, but a claim keeps its access modes: {LeftBehind}",
    };

    static TransitionRule<T> SizeNeverShrinks<T>() where T : StoredSpec => new()
    {
        FieldPath = "storage.persistentVolumeClaim.size",
        Cel = $"{EitherHasNoVolume} || !isQuantity({Size("self")})"
            + $" || quantity({Size("self")}).compareTo(quantity({Size("oldSelf")})) >= 0",
        Predicate = (before, after) => BothClaims(before, after) is not var (was, now)
            || now.Size >= was.Size,
        Value = spec => spec.Storage.EffectivePersistentVolumeClaim?.Size.ToString() ?? "",
        CelValue = Size("self"),
        Message = "is smaller than before: a volume cannot shrink. Write the previous size or a larger one",
    };

    /// <summary>A store that is in use is never filled, so a later wish could not be met.</summary>
    static TransitionRule<T> RestoreIsSetAtCreation<T>() where T : StoredSpec => new()
    {
        FieldPath = "storage.restoreFrom",
        Cel = $"!{Has("self", "restoreFrom")} || {Has("oldSelf", "restoreFrom")}",
        Predicate = (before, after) => after.Storage.RestoreFrom is null || before.Storage.RestoreFrom is not null,
        Message = "is set for an existing repository: a backup is restored only to an empty store. Create a resource "
            + "with another name",
    };

    static (PersistentVolumeClaimSpec Before, PersistentVolumeClaimSpec After)? BothClaims(
        StoredSpec before, StoredSpec after) =>
        Both(before, after, storage => storage.EffectivePersistentVolumeClaim);

    static (TPart Before, TPart After)? Both<TPart>(
        StoredSpec before, StoredSpec after, Func<StorageSpec, TPart?> part) where TPart : class =>
        part(before.Storage) is { } was && part(after.Storage) is { } now ? (was, now) : null;

    static string GetKind(StorageSpec storage) =>
        storage.Bucket is not null ? "bucket" : storage.Ephemeral is not null ? "ephemeral" : "persistentVolumeClaim";

    static string GetKind(string spec) =>
        $"{Has(spec, "bucket")} ? 'bucket' : {Has(spec, "ephemeral")} ? 'ephemeral' : 'persistentVolumeClaim'";

    static string EitherHasNoVolume => $"{HasNoVolume("self")} || {HasNoVolume("oldSelf")}";

    static string HasNoVolume(string spec) => $"{Has(spec, "bucket")} || {Has(spec, "ephemeral")}";

    /// <summary>
    /// Whether a field below storage is set, of which each parent may be missing. <c>has</c> would have to test each of
    /// them, and the definitions of the kinds are large.
    /// </summary>
    static string Has(string spec, string path) =>
        $"{spec}.?storage.?{path.Replace(".", ".?", StringComparison.Ordinal)}.hasValue()";

    /// <summary>The API server cannot bound the length of an optional value, and so the cost to compare it.</summary>
    static string Written(string spec, string path) => $"({Has(spec, path)} ? {spec}.storage.{path} : '')";

    static string GetExistingClaim(string spec) => Written(spec, "persistentVolumeClaim.existingClaim");

    static string Provider(string spec) =>
        $"({Has(spec, "bucket.provider")} ? {spec}.storage.bucket.provider : '{BucketProvider.S3}')";

    static string Class(string spec) => Has(spec, "persistentVolumeClaim.storageClassName");

    static string Size(string spec) =>
        $"({Has(spec, "persistentVolumeClaim.size")} ? string({spec}.storage.persistentVolumeClaim.size) : "
        + $"'{_defaults.Size}')";

    static string AccessModes(string spec) =>
        $"({Has(spec, "persistentVolumeClaim.accessModes")} ? {spec}.storage.persistentVolumeClaim.accessModes : "
        + $"[{string.Join(", ", _defaults.AccessModes.Select(mode => $"'{mode}'"))}])";
}
