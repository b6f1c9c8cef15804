using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// Why a condition is as it is, or what an event tells of, in one word. These are all: <c>docs/operator.md</c> says of
/// each what to do.
/// </summary>
public sealed class Reason
{
    readonly string _name;

    Reason([CallerMemberName] string name = "") => _name = name;

#pragma warning disable CS1591 // The documentation is in docs/operator.md, where people look for it.
    public static Reason AnnotationNotAllowed { get; } = new();
    public static Reason Available { get; } = new();
    public static Reason AwaitsRollout { get; } = new();
    public static Reason BackedUp { get; } = new();
    public static Reason BackupDamaged { get; } = new();
    public static Reason BackupFailed { get; } = new();
    public static Reason BackupPending { get; } = new();
    public static Reason BackupVerified { get; } = new();
    public static Reason BucketNotReady { get; } = new();
    public static Reason CacheLimitReached { get; } = new();
    public static Reason ClaimDeleted { get; } = new();
    public static Reason ClaimLost { get; } = new();
    public static Reason ClaimNotBound { get; } = new();
    public static Reason ClaimNotFound { get; } = new();
    public static Reason ClaimPending { get; } = new();
    public static Reason CompromisedFilesServed { get; } = new();
    public static Reason ConditionalWritesUnsupported { get; } = new();
    public static Reason ConfigurationRejected { get; } = new();
    public static Reason ConfigurationSpreading { get; } = new();
    public static Reason ContainerRejected { get; } = new();
    public static Reason DataErased { get; } = new();
    public static Reason DataOfAnother { get; } = new();
    public static Reason DataRetained { get; } = new();
    public static Reason Ephemeral { get; } = new();
    public static Reason Erasing { get; } = new();
    public static Reason FieldsNotSupported { get; } = new();
    public static Reason GatewayApiMissing { get; } = new();
    public static Reason Growing { get; } = new();
    public static Reason Grown { get; } = new();
    public static Reason GrowthRefused { get; } = new();
    public static Reason HoldsEnded { get; } = new();
    public static Reason HostExpired { get; } = new();
    public static Reason HostNotAllowed { get; } = new();
    public static Reason HostPassed { get; } = new();
    public static Reason HostRegistered { get; } = new();
    public static Reason HostRegistryFull { get; } = new();
    public static Reason HostReleased { get; } = new();
    public static Reason HostTaken { get; } = new();
    public static Reason HostUnused { get; } = new();
    public static Reason ImageNotAllowed { get; } = new();
    public static Reason ImagePullFailed { get; } = new();
    public static Reason IngressClassNotFound { get; } = new();
    public static Reason InvalidSpec { get; } = new();
    public static Reason LabelNotAllowed { get; } = new();
    public static Reason MemberNotFound { get; } = new();
    public static Reason MemberNotReady { get; } = new();
    public static Reason MemoryRaised { get; } = new();
    public static Reason MemoryRecommended { get; } = new();
    public static Reason MemoryRefused { get; } = new();
    public static Reason NameTaken { get; } = new();
    public static Reason NoDefaultIngressClass { get; } = new();
    public static Reason NoDefaultStorageClass { get; } = new();
    public static Reason NotReportedYet { get; } = new();
    public static Reason OneReplicaOnly { get; } = new();
    public static Reason OutOfMemory { get; } = new();
    public static Reason Paused { get; } = new();
    public static Reason PodsRejected { get; } = new();
    public static Reason PublisherNotProved { get; } = new();
    public static Reason Reachable { get; } = new();
    public static Reason Ready { get; } = new();
    public static Reason ReconcileFailed { get; } = new();
    public static Reason ReferenceMissing { get; } = new();
    public static Reason RepositoryUnavailable { get; } = new();
    public static Reason ResourceConflict { get; } = new();
    public static Reason RestoreRejected { get; } = new();
    public static Reason Restored { get; } = new();
    public static Reason Restoring { get; } = new();
    public static Reason RollingOut { get; } = new();
    public static Reason RolloutCompleted { get; } = new();
    public static Reason RolloutFailed { get; } = new();
    public static Reason RolloutStarted { get; } = new();
    public static Reason RolloutStopped { get; } = new();
    public static Reason RolloutStuck { get; } = new();
    public static Reason RoutePending { get; } = new();
    public static Reason ScheduleNeverDue { get; } = new();
    public static Reason SecretRotated { get; } = new();
    public static Reason ServerCrashes { get; } = new();
    public static Reason ServerTooOld { get; } = new();
    public static Reason ServerUnreachable { get; } = new();
    public static Reason SignsOfAttack { get; } = new();
    public static Reason SnapshotApiMissing { get; } = new();
    public static Reason SnapshotClassNotFound { get; } = new();
    public static Reason Starting { get; } = new();
    public static Reason StorageChangeRejected { get; } = new();
    public static Reason StorageClassNotFound { get; } = new();
    public static Reason StorageNotExpandable { get; } = new();
    public static Reason StorageShrinkRejected { get; } = new();
    public static Reason Suspended { get; } = new();
    public static Reason Suspending { get; } = new();
    public static Reason TakeOverRejected { get; } = new();
    public static Reason TooManyHosts { get; } = new();
    public static Reason TooManyResources { get; } = new();
    public static Reason Unreachable { get; } = new();
    public static Reason Unschedulable { get; } = new();
    public static Reason VolumeAtMax { get; } = new();
    public static Reason VolumeNotGiven { get; } = new();
    public static Reason WaiverEnded { get; } = new();
    public static Reason WaiverInForce { get; } = new();
    public static Reason WriteFailed { get; } = new();
#pragma warning restore CS1591

    /// <summary>The word.</summary>
    [return: NotNullIfNotNull(nameof(reason))]
    public static implicit operator string?(Reason? reason) => reason?._name;

    /// <inheritdoc/>
    public override string ToString() => _name;
}
