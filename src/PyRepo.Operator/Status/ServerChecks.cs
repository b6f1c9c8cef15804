using System.Collections.Immutable;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Status;

/// <summary>Whether the server runs with the resource as it is now.</summary>
static class ServerChecks
{
    public static readonly ImmutableArray<Check> All =
    [
        new(CheckTopic.Server, Deployment),
        new(CheckTopic.Server, Suspended),
        Running(inputs => inputs.Servers.IsRestoring
            ? CheckResult.Pending(Reason.Restoring, $"The repository {inputs.Servers.Message}")
            : null),
        Running(PodChecks.First),
        Running(inputs => inputs.Servers is { HasUnknownField: true, Problems: var problems }
            ? PodChecks.TooOld(string.Join("; ", problems))
            : null),
        Running(inputs => inputs.Servers.Problems is { IsEmpty: false } problems
            ? CheckResult.Stalled(Reason.ConfigurationRejected,
                "The server cannot use the current resource, and continues with the previous one: "
                + string.Join("; ", problems))
            : null),
        Running(inputs => inputs.Servers.BadReferences is { IsEmpty: false } references
            ? CheckResult.Stalled(Reason.ReferenceMissing, string.Join("; ", references))
            : null),
        Running(Unreachable),
        Running(inputs => inputs.Servers.IsComplete
            ? null
            : CheckResult.Pending(Reason.Starting,
                inputs.Servers.Message is { } message ? $"The repository {message}"
                    : "The server's pods are starting.")),
        Running(inputs => inputs.Servers.Agrees
            ? null
            : CheckResult.Pending(Reason.ConfigurationSpreading, "Not all pods use the current resource yet.")),
        Running(inputs =>
            inputs.Servers is { HasUnusableStore: false, IsComplete: false }
                or { HasUnusableStore: false, IsReady: true } or { HasUnusableStore: false, IsRestoring: true }
                ? null
                : CheckResult.Stalled(Reason.RepositoryUnavailable,
                    $"The repository {inputs.Servers.Message ?? "is unavailable, and the server gives no reason"}")),
        Running(Rollout),
    ];

    static Check Running(Func<StatusInputs, CheckResult?> find) =>
        new(CheckTopic.Server,
            inputs => inputs is { WantedReplicas: > 0, Observed.Deployment: not null } ? find(inputs) : null);

    /// <summary>
    /// The generation of a Deployment also grows when somebody annotates or scales it. Where its pods are of the wanted
    /// template, its controller has nothing to do about that, or makes more or fewer of the same.
    /// </summary>
    static CheckResult? Deployment(StatusInputs inputs) => inputs.Observed.Deployment is { } deployment
        && ((deployment.Status?.ObservedGeneration ?? 0) >= (deployment.Metadata.Generation ?? 0)
            || PodsAreOfWantedTemplate(inputs))
            ? null
            : CheckResult.Pending(Reason.Starting, "The server's Deployment is being created.");

    static bool PodsAreOfWantedTemplate(StatusInputs inputs) =>
        inputs.Observed.Pods.Any(pod => pod.IsReady)
        && inputs.Observed.Pods.All(pod => pod.IsOf(inputs.Desired.TemplateHash));

    /// <summary>The kubelet finds the pod ready, and the operator does not reach it.</summary>
    static CheckResult? Unreachable(StatusInputs inputs)
    {
        var silent = inputs.Observed.Pods.Where(p => p.IsReady && p.IsOf(inputs.Desired.TemplateHash))
            .FirstOrDefault(p => p.IsUnreachable(inputs.Cluster.Now));
        return silent is null
            ? null
            : CheckResult.Stalled(Reason.ServerUnreachable,
                $"The pod {silent.Pod.Metadata.Name} is ready, but the operator cannot ask it for its state: "
                + $"{silent.Failure}. The cause is usually a NetworkPolicy or a service mesh that keeps the operator's "
                + $"namespace from the port {PodManifest.ManagementPortNumber}: allow it.");
    }

    static CheckResult? Suspended(StatusInputs inputs) =>
        inputs.WantedReplicas == 0 && inputs.Observed.Deployment?.Status?.Replicas > 0
            ? CheckResult.Pending(Reason.Suspending, "The server's pods are terminating.")
            : null;

    static CheckResult? Rollout(StatusInputs inputs)
    {
        var status = inputs.Observed.Deployment?.Status;
        // If pods of the wanted template serve and no others are left, it is scaled at most, which interrupts nobody.
        var isDone = status is { AvailableReplicas: > 0 } && status.UpdatedReplicas == status.Replicas;
        return isDone
            ? null
            : CheckResult.Pending(Reason.RollingOut,
                $"{status?.AvailableReplicas ?? 0} of {inputs.WantedReplicas} pods are available, "
                + $"{status?.UpdatedReplicas ?? 0} are new.");
    }
}
