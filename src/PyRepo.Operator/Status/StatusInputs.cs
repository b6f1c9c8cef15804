using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Status;

/// <summary>All that a resource's status is made from.</summary>
public sealed record StatusInputs
{
    public required DeclaredResource Resource { get; init; }

    public required ReconcileInputs Cluster { get; init; }

    public required OperatorSettings Settings { get; init; }

    public required DesiredState Desired { get; init; }

    public required Observation Observed { get; init; }

    public required ServerSummary Servers { get; init; }

    /// <summary>Puts together what is wanted and what is there.</summary>
    public static StatusInputs Of(
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
            Servers = ServerSummary.Of(resource, desired, observed.Pods),
        };
    }

    /// <summary>How many pods there should be.</summary>
    internal int WantedReplicas => Desired.Deployment?.Spec?.Replicas ?? 0;
}
