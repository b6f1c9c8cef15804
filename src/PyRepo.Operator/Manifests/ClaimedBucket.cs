using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Resources.References;
using PyRepo.Resources.Storage;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The bucket of a claim. Whoever binds the claim makes a ConfigMap and a Secret of its name, and the pods wait for
/// both: the operator reads neither.
/// </summary>
/// <remarks>
/// The server reads them in the configuration volume, where both are optional: of a claim that is deleted later, no
/// kubelet could bring that volume up to date, and a withdrawn right would stay in force. The pods wait for a volume of
/// its own, which nobody reads.
/// </remarks>
static class ClaimedBucket
{
    const string VolumeName = "claim";
    const string Folder = "/var/run/secrets/pyrepo.dev/claim";

    /// <summary>The name of the bucket in which the repository was opened; null: none is known.</summary>
    public static string? Find(DeclaredResource resource, Deployment? live) =>
        GetClaim(resource) is { } claim && live?.Metadata.Annotations is { } annotations
        && annotations.GetValueOrDefault(Annotations.BucketEndpoint) == BucketEndpoint.Get(resource)
        && annotations.GetValueOrDefault(Annotations.ClaimedBucket) is { } name && IsName(name)
            ? name : null;

    /// <summary>Whether a server may have opened a bucket of that name.</summary>
    public static bool IsName(string name) => BucketRules.IsName(name, BucketProvider.S3);

    /// <summary>The claim for the bucket with a resource's data; null: there is none.</summary>
    public static BucketClaimReference? GetClaim(DeclaredResource resource) =>
        resource.Stored?.Storage.Bucket?.ClaimRef;

    /// <summary>The volume that the pods wait for; none where there is no claim.</summary>
    public static ImmutableArray<Volume> GetVolumes(DeclaredResource resource) => GetClaim(resource) is not { } claim
        ? []
        :
        [
            new()
            {
                Name = VolumeName,
                Projected = new()
                {
                    Sources =
                    [
                        new() { ConfigMap = Require(claim, "configmap", BucketClaimReference.RequiredKeys) },
                        new()
                        {
                            Secret = Require(
                                claim, "secret",
                                [BucketCredentialsKeys.UsualAccessKeyId, BucketCredentialsKeys.UsualSecretAccessKey]),
                        },
                    ],
                },
            },
        ];

    /// <summary>A kubelet waits only for volumes that a container mounts.</summary>
    public static ImmutableArray<VolumeMount> GetMounts(DeclaredResource resource) => GetClaim(resource) is null
        ? [] : [new() { Name = VolumeName, MountPath = Folder, ReadOnly = true }];

    static NamedProjection Require(BucketClaimReference claim, string folder, ImmutableArray<string> keys) => new()
    {
        Name = claim.Name,
        Items = [.. keys.Select(key => new KeyToPath { Key = key, Path = $"{folder}/{key}" })],
        Optional = false,
    };
}
