using System.Collections.Immutable;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.References;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Storage;

namespace PyRepo.Resources.Manifests;

/// <summary>Finds the Secrets and ConfigMaps to which a resource refers.</summary>
public static class DataReferences
{
    /// <summary>
    /// Returns every Secret and ConfigMap that the resource's server reads. The certificate of an Ingress is not
    /// included: only the Ingress controller reads it. A group's server also reads the Secrets of its members' access,
    /// which are not included either.
    /// </summary>
    public static ImmutableArray<NamedData> Find(Resource resource) => resource switch
    {
        PythonRepository hosted =>
        [
            .. OfServed(hosted.Spec), .. OfStored(hosted.Spec),
            .. ConfigMap(hosted.Spec.Advisories?.OwnRef, "spec.advisories.ownRef"),
            .. ConfigMap(hosted.Spec.Attestations?.TrustedRootRef, "spec.attestations.trustedRootRef"),
        ],
        ProxyRepository proxy => [.. OfServed(proxy.Spec), .. OfStored(proxy.Spec), .. OfProxy(proxy.Spec)],
        RepositoryGroup group => [.. OfServed(group.Spec)],
        _ => [],
    };

    static IEnumerable<NamedData> OfServed(ServedSpec spec) =>
        Secret(spec.Access?.UsersSecretRef, "spec.access.usersSecretRef");

    static IEnumerable<NamedData> OfStored(StoredSpec spec) =>
    [
        .. OfBucket(spec.Storage.Bucket, "spec.storage.bucket"),
        .. OfBucket(spec.Storage.RestoreFrom?.Bucket, "spec.storage.restoreFrom.bucket"),
        .. OfBucket(spec.Backup?.To.Bucket, "spec.backup.to.bucket"),
    ];

    static IEnumerable<NamedData> OfBucket(BucketSpec? bucket, string fieldPath) =>
    [
        .. OfCredentials(bucket?.CredentialsSecretRef, $"{fieldPath}.credentialsSecretRef"),
        .. OfClaim(bucket?.ClaimRef, $"{fieldPath}.claimRef"),
        .. Data(bucket?.CaBundleRef, $"{fieldPath}.caBundleRef"),
    ];

    /// <summary>Keys of the usual names belong to the Secret; others are named by the spec.</summary>
    static IEnumerable<NamedData> OfCredentials(BucketCredentialsReference? reference, string fieldPath) =>
        reference is null ? []
        : reference.Keys is not { } keys ? [new(DataKind.Secret, reference.Name, null, fieldPath)]
        :
        [
            new(DataKind.Secret, reference.Name, null, fieldPath),
            new(DataKind.Secret, reference.Name, keys.AccessKeyId, fieldPath),
            new(DataKind.Secret, reference.Name, keys.SecretAccessKey, fieldPath),
        ];

    /// <summary>A claim that is bound has a ConfigMap and a Secret of its name.</summary>
    static IEnumerable<NamedData> OfClaim(BucketClaimReference? claim, string fieldPath) => claim is null
        ? []
        : [new(DataKind.ConfigMap, claim.Name, null, fieldPath), new(DataKind.Secret, claim.Name, null, fieldPath)];

    static IEnumerable<NamedData> OfProxy(ProxyRepositorySpec spec) =>
    [
        .. Secret(spec.Upstream.CredentialsSecretRef, "spec.upstream.credentialsSecretRef"),
        .. Data(spec.Upstream.CaBundleRef, "spec.upstream.caBundleRef"),
        .. ConfigMap(spec.Policy?.ConstraintsRef, "spec.policy.constraintsRef"),
        .. ConfigMap(spec.Policy?.Advisories?.OwnRef, "spec.policy.advisories.ownRef"),
        .. ConfigMap(spec.Policy?.Provenance?.TrustedRootRef, "spec.policy.provenance.trustedRootRef"),
    ];

    static IEnumerable<NamedData> Secret(SecretReference? reference, string fieldPath) =>
        reference is null ? [] : [new(DataKind.Secret, reference.Name, null, fieldPath)];

    static IEnumerable<NamedData> ConfigMap(ConfigMapReference? reference, string fieldPath) =>
        reference is null ? [] : [new(DataKind.ConfigMap, reference.Name, reference.Key, fieldPath)];

    static IEnumerable<NamedData> Data(DataReference? reference, string fieldPath) =>
        reference is null ? [] : [new(reference.Kind, reference.Name, reference.Key, fieldPath)];
}

/// <summary>A Secret or ConfigMap to which a resource's spec refers, in the resource's namespace.</summary>
/// <param name="Key">The key that the spec names, or null if the spec names only the object.</param>
/// <param name="FieldPath">The path of the reference: <c>spec.access.usersSecretRef</c>.</param>
public sealed record NamedData(DataKind Kind, string Name, string? Key, string FieldPath);
