using System.Collections.Immutable;

namespace PyRepo.Operator.Status;

/// <summary>Whether the server runs with the resource as it is now.</summary>
static class ServerChecks
{
    public static readonly ImmutableArray<Check> All =
    [
        new(CheckTopic.Server, Deployment),
        new(CheckTopic.Server, Suspended),
        Running(PodChecks.First),
        Running(inputs => inputs.Servers is { HasUnknownField: true, Problems: var problems }
            ? PodChecks.TooOld(string.Join("; ", problems))
            : null),
        Running(inputs => inputs.Servers.Problems is { IsEmpty: false } problems
            ? CheckResult.Stalled("ConfigurationRejected",
                "The server cannot use the resource as it is now, and continues with the previous one: "
                + string.Join("; ", problems))
            : null),
        Running(inputs => inputs.Servers.BadReferences is { IsEmpty: false } references
            ? CheckResult.Stalled("ReferenceMissing", string.Join("; ", references))
            : null),
        Running(inputs => inputs.Servers.IsComplete
            ? null
            : CheckResult.Pending("Starting",
                inputs.Servers.Message is { } message ? $"The repository {message}"
                    : "The server's pods are starting.")),
        Running(inputs => inputs.Servers.Agrees
            ? null
            : CheckResult.Pending("ConfigurationSpreading", "Not all pods use the resource as it is now yet.")),
        Running(inputs =>
            inputs.Servers is { HasUnusableStore: false, IsComplete: false } or { HasUnusableStore: false, IsReady: true }
                ? null
                : CheckResult.Stalled("RepositoryUnavailable",
                    $"The repository {inputs.Servers.Message ?? "is unavailable, and the server gives no reason"}")),
        Running(Rollout),
    ];

    static Check Running(Func<StatusInputs, CheckResult?> find) =>
        new(CheckTopic.Server,
            inputs => inputs is { WantedReplicas: > 0, Observed.Deployment: not null } ? find(inputs) : null);

    /// <summary>
    /// The generation of a Deployment also grows when somebody annotates it. Where its pods are as wanted, its
    /// controller has nothing to do about that.
    /// </summary>
    static CheckResult? Deployment(StatusInputs inputs) => inputs.Observed.Deployment is { } deployment
        && ((deployment.Status?.ObservedGeneration ?? 0) >= (deployment.Metadata.Generation ?? 0)
            || PodsAreAsWanted(inputs))
            ? null
            : CheckResult.Pending("Starting", "The server's Deployment is being created.");

    static bool PodsAreAsWanted(StatusInputs inputs) => inputs.Observed.Pods.Length == inputs.WantedReplicas
        && inputs.Observed.Pods.All(pod => pod.IsReady && pod.IsOf(inputs.Desired.TemplateHash));

    static CheckResult? Suspended(StatusInputs inputs) =>
        inputs.WantedReplicas == 0 && inputs.Observed.Deployment?.Status?.Replicas > 0
            ? CheckResult.Pending("Suspending", "The server's pods are terminating.")
            : null;

    static CheckResult? Rollout(StatusInputs inputs)
    {
        var status = inputs.Observed.Deployment?.Status;
        var isDone =
            status?.UpdatedReplicas == inputs.WantedReplicas && status.AvailableReplicas == inputs.WantedReplicas
            && status.Replicas == inputs.WantedReplicas;
        return isDone
            ? null
            : CheckResult.Pending("RollingOut",
                $"{status?.AvailableReplicas ?? 0} of {inputs.WantedReplicas} pods are available, "
                + $"{status?.UpdatedReplicas ?? 0} are new.");
    }
}
