using System.Collections.Frozen;
using PyRepo.Kubernetes.Apply;
using PyRepo.Resources.Storage;

namespace PyRepo.Operator.Manifests;

/// <summary>The annotations that mean something to the operator.</summary>
public static class Annotations
{
    /// <summary>On a resource: <c>"true"</c> stops all writes but one to its status.</summary>
    public const string Paused = "pyrepo.dev/paused";

    /// <summary>
    /// On a resource: a new value makes a backup, once. The server makes it, and the operator waits for it; a snapshot of
    /// the volume is the operator's, and has the value that it met.
    /// </summary>
    public const string Backup = BackupRequest.Annotation;

    /// <summary>On a resource: a new value makes a new password, once.</summary>
    public const string Rotate = "pyrepo.dev/rotate";

    /// <summary>On any resource: a new value makes a new signing key for its namespace, once.</summary>
    public const string RotateSigningKey = "pyrepo.dev/rotate-signing-key";

    /// <summary>On a resource: <c>NAMESPACE/NAME</c>, whose data it takes over.</summary>
    public const string TakeOver = "pyrepo.dev/take-over";

    /// <summary>On a resource: the endpoint to which its bucket's data were moved.</summary>
    public const string DataMoved = "pyrepo.dev/data-moved";

    /// <summary>On snapshots: the uid of the claim, as another one may have its name later.</summary>
    public const string Claim = "pyrepo.dev/claim";

    /// <summary>On data: whose they are, as <c>KIND/NAMESPACE/NAME</c>.</summary>
    public const string DataOf = "pyrepo.dev/data-of";

    /// <summary>
    /// On claims and snapshots that somebody else made: the name of the resource that may use them
    /// (<see cref="ClaimableVolume"/>).
    /// </summary>
    public const string ClaimableBy = "pyrepo.dev/claimable-by";

    /// <summary>
    /// On claims that grew by themselves: the size since then, and the bytes that the file system had before
    /// (<see cref="GrowthNote"/>).
    /// </summary>
    public const string Grown = "pyrepo.dev/grown";

    /// <summary>On credentials and signing keys: the request that made the current value.</summary>
    public const string Rotated = "pyrepo.dev/rotated";

    /// <summary>On ServiceAccounts: a digest of the operator's own Secrets as they were made last.</summary>
    public const string Secrets = "pyrepo.dev/secrets";

    /// <summary>On ServiceAccounts: the value of <see cref="RotateSigningKey"/> that was met last.</summary>
    public const string MetSigningKeyRequest = "pyrepo.dev/met-signing-key-request";

    /// <summary>On pods: the revision of the last refresh of their volumes.</summary>
    public const string Refreshed = "pyrepo.dev/refreshed";

    /// <summary>On pods: a hash of the template that they were made from.</summary>
    public const string Template = "pyrepo.dev/template";

    /// <summary>On Deployments: a hash of what the resource says of its pods.</summary>
    public const string Declared = "pyrepo.dev/declared";

    /// <summary>
    /// On Deployments: the server's image, and the options that it was started with, separated by spaces.
    /// </summary>
    public const string ServerOptions = "pyrepo.dev/server-options";

    /// <summary>On Deployments: the endpoint of the bucket with the data.</summary>
    public const string BucketEndpoint = "pyrepo.dev/bucket-endpoint";

    /// <summary>On Deployments: the name of the bucket of a claim in which a server has opened the repository.</summary>
    public const string ClaimedBucket = "pyrepo.dev/claimed-bucket";

    /// <summary>
    /// On Deployments: <c>"false"</c> if the service that has the bucket ignores conditional writes.
    /// </summary>
    public const string ConditionalWrites = "pyrepo.dev/conditional-writes";

    /// <summary>
    /// On Deployments that a new operator or setting rolls, until their pods are there: the template's hash.
    /// </summary>
    public const string Rollout = "pyrepo.dev/rollout";

    /// <summary>On the same: when that rollout began.</summary>
    public const string RolloutStarted = "pyrepo.dev/rollout-started";

    /// <summary>On the same: <c>memory</c> if only the pods' memory is another, by the resource's autoMemory.</summary>
    public const string RolloutCause = "pyrepo.dev/rollout-cause";

    /// <summary>
    /// On Deployments: the template of pods that the operator applied last, as JSON. It stays in force until it is the
    /// resource's turn to roll.
    /// </summary>
    public const string AppliedTemplate = "pyrepo.dev/applied-template";

    /// <summary>All of these, and the one by which an applied object is known.</summary>
    internal static readonly FrozenSet<string> All =
    [
        Backup, Paused, Rotate, RotateSigningKey, TakeOver, DataMoved, Claim, DataOf, ClaimableBy, Grown, Rotated,
        Secrets, MetSigningKeyRequest, Refreshed, Template, Declared, ServerOptions, BucketEndpoint, ClaimedBucket,
        ConditionalWrites, Rollout, RolloutStarted, RolloutCause, AppliedTemplate, DesiredObject.HashAnnotation,
    ];
}
