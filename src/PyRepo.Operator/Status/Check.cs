using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Status;

/// <summary>A check that a resource must pass to be ready.</summary>
/// <param name="Topic">The condition that it belongs to.</param>
/// <param name="Evaluate">Returns why the resource fails it, or null if it passes.</param>
public sealed record Check(CheckTopic Topic, Func<StatusInputs, CheckResult?> Evaluate);

/// <summary>The topic of a check.</summary>
public enum CheckTopic
{
    /// <summary>The resource itself.</summary>
    Declaration,

    /// <summary>Condition StorageReady.</summary>
    Storage,

    /// <summary>Condition IngressReady.</summary>
    Route,

    /// <summary>Condition ServerAvailable.</summary>
    Server,
}

/// <summary>Why a resource fails a check.</summary>
/// <param name="Reason">For the condition.</param>
/// <param name="Message">The message for the user: what is wrong, and what to do about it.</param>
/// <param name="IsStalled">
/// Whether somebody has to do something (Stalled); otherwise it is pending (Reconciling).
/// </param>
public sealed record CheckResult(Reason Reason, string Message, bool IsStalled)
{
    /// <summary>Somebody has to do something.</summary>
    public static CheckResult Stalled(Reason reason, string message) => new(reason, message, IsStalled: true);

    /// <summary>It is on its way.</summary>
    public static CheckResult Pending(Reason reason, string message) => new(reason, message, IsStalled: false);

    /// <summary>A rejection is a fault.</summary>
    public static CheckResult? From(Rejection? rejection) =>
        rejection is null ? null : Stalled(rejection.Reason, rejection.Message);
}

/// <summary>All that a resource's status is made from.</summary>
public sealed record StatusInputs
{
    static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    public required DeclaredResource Resource { get; init; }

    public required ReconcileInputs Cluster { get; init; }

    public required OperatorSettings Settings { get; init; }

    public required DesiredState Desired { get; init; }

    public required Observation Observed { get; init; }

    public required ServerSummary Servers { get; init; }

    /// <summary>Puts together what is wanted and what is there.</summary>
    public static StatusInputs From(
        DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings, DesiredState desired,
        Observation observed)
    {
        ArgumentNullException.ThrowIfNull(observed);
        return new StatusInputs
        {
            Resource = resource,
            Cluster = inputs,
            Settings = settings,
            Desired = desired,
            Observed = observed,
            Servers = ServerSummary.From(resource, desired, observed.Pods),
        };
    }

    /// <summary>The step that is due for the claim; null: it does not grow by itself.</summary>
    /// <param name="before">The state that was reported before.</param>
    internal VolumeGrowth? GetGrowth(GrowthState before) =>
        Resource.Stored?.Storage.EffectivePersistentVolumeClaim?.AutoGrow is { } growth
        && Cluster.PersistentVolumeClaim is { } pvc
            ? VolumeGrowth.Decide(growth, pvc, Servers.Volume, before)
            : null;

    /// <summary>The backups of the volume, and what is due of them; null: there are none.</summary>
    public SnapshotPlan? Snapshots { get; init; }

    /// <summary>For how long the backups of the volume need no look; null: until something changes.</summary>
    internal TimeSpan? UntilNextSnapshot => Snapshots?.LookAt is not { } at ? null
        : at - Cluster.SnapshotTime is var wait && wait > _second ? wait : _second;

    /// <summary>How many pods there should be.</summary>
    internal int WantedReplicas => Desired.Deployment?.Spec?.Replicas ?? 0;
}
