using System.Collections.Immutable;

namespace PyRepo.Operator.Status;

/// <summary>Whether the server runs, with what the resource says now.</summary>
static class ServerChecks
{
    public static readonly ImmutableArray<Check> All =
    [
        new(CheckTopic.Server, Deployment),
        new(CheckTopic.Server, Suspended),
        Running(PodChecks.First),
        Running(facts => facts.Servers is { MeetsUnknownField: true, Problems: var problems }
            ? PodChecks.TooOld(string.Join("; ", problems))
            : null),
        Running(facts => facts.Servers.Problems is { IsEmpty: false } problems
            ? Finding.Fault("ConfigurationRefused", $"The server goes on as before: {string.Join("; ", problems)}")
            : null),
        Running(facts => facts.Servers.BadReferences is { IsEmpty: false } references
            ? Finding.Fault("ReferenceMissing", string.Join("; ", references))
            : null),
        Running(facts => facts.Servers.IsComplete
            ? null
            : Finding.OnTheWay("Starting",
                facts.Servers.Message is { } said ? $"The repository {said}" : "The server's pods are starting.")),
        Running(facts => facts.Servers.Agrees
            ? null
            : Finding.OnTheWay("ConfigurationSpreading", "The pods have not yet all taken up the resource as it is now.")),
        Running(facts =>
            facts.Servers is { CannotBeOpened: false, IsComplete: false } or { CannotBeOpened: false, IsReady: true }
                ? null
                : Finding.Fault("RepositoryClosed",
                    $"The repository {facts.Servers.Message ?? "is closed, and the server does not say why"}")),
        Running(Rollout),
    ];

    static Check Running(Func<Facts, Finding?> find) =>
        new(CheckTopic.Server, facts => facts is { WantedReplicas: > 0, Observed.Deployment: not null } ? find(facts) : null);

    /// <summary>
    /// The generation of a Deployment also grows when somebody annotates it. Where its pods are as wanted, its
    /// controller has nothing to do about that.
    /// </summary>
    static Finding? Deployment(Facts facts) => facts.Observed.Deployment is { } deployment
        && ((deployment.Status?.ObservedGeneration ?? 0) >= (deployment.Metadata.Generation ?? 0)
            || PodsAreAsWanted(facts))
            ? null
            : Finding.OnTheWay("Starting", "The server's Deployment is being made.");

    static bool PodsAreAsWanted(Facts facts) => facts.Observed.Pods.Length == facts.WantedReplicas
        && facts.Observed.Pods.All(pod => pod.IsReady && pod.IsOf(facts.Desired.TemplateHash));

    static Finding? Suspended(Facts facts) =>
        facts.WantedReplicas == 0 && facts.Observed.Deployment?.Status?.Replicas > 0
            ? Finding.OnTheWay("Suspending", "The server's pods are ending.")
            : null;

    static Finding? Rollout(Facts facts)
    {
        var status = facts.Observed.Deployment?.Status;
        var isDone = status?.UpdatedReplicas == facts.WantedReplicas && status.AvailableReplicas == facts.WantedReplicas
            && status.Replicas == facts.WantedReplicas;
        return isDone
            ? null
            : Finding.OnTheWay("RollingOut",
                $"{status?.AvailableReplicas ?? 0} of {facts.WantedReplicas} pods are available, "
                + $"{status?.UpdatedReplicas ?? 0} are new.");
    }
}
