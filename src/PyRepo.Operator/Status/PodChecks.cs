using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Status;

/// <summary>Finds the obstacles that keep pods from running, with Kubernetes' messages.</summary>
static class PodChecks
{
    const int MaxLogLength = 1000;

    /// <summary>
    /// The exit status of a server whose documents have a field that it does not know: <c>ServeCommand</c> of the
    /// server.
    /// </summary>
    const int UnknownField = 3;

    /// <summary>The first failure; null: there is none.</summary>
    public static CheckResult? First(StatusInputs inputs) =>
        Rollout(inputs.Observed.Deployment)
        ?? inputs.Observed.Pods.Where(p => p.IsOf(inputs.Desired.TemplateHash) && !p.IsReady)
            .OrderBy(p => p.Pod.Metadata.Name, StringComparer.Ordinal)
            .Select(p => Container(p.Pod) ?? Scheduling(p.Pod))
            .OfType<CheckResult>()
            .OrderByDescending(f => f.IsStalled)
            .FirstOrDefault()
        // A restoration takes as long as there are files.
        ?? (inputs.Servers.IsRestoring ? null : Deadline(inputs.Observed.Deployment));

    static CheckResult? Rollout(Deployment? deployment) =>
        Find(deployment?.Status?.Conditions, "ReplicaFailure") is { IsTrue: true } failure
            ? CheckResult.Stalled(Reason.PodsRejected, $"Kubernetes cannot create the server's pods: {failure.Message}")
            : null;

    /// <summary>Whether new pods are not ready for longer than the Deployment allows.</summary>
    public static bool IsPastDeadline(Deployment? deployment) =>
        Find(deployment?.Status?.Conditions, "Progressing") is { Status: "False" };

    static CheckResult? Deadline(Deployment? deployment) =>
        Find(deployment?.Status?.Conditions, "Progressing") is { Status: "False" } progress
            ? CheckResult.Stalled(Reason.RolloutStuck, $"The server's pods do not become ready: {progress.Message}")
            : null;

    static CheckResult? Scheduling(Pod pod) =>
        Find(pod.Status?.Conditions, "PodScheduled") is { Status: "False" } scheduled
            ? CheckResult.Pending(Reason.Unschedulable, $"No node fits the server's pod: {scheduled.Message}")
            : null;

    static CheckResult? Container(Pod pod)
    {
        var container = pod.Status?.ContainerStatuses?.FirstOrDefault(c => c.Name == PodManifest.Container);
        var ended = container?.LastState?.Terminated ?? container?.State?.Terminated;
        return container?.State?.Waiting?.Reason switch
        {
            "ErrImagePull" or "ImagePullBackOff" or "InvalidImageName" or "ErrImageNeverPull"
                or "RegistryUnavailable" =>
                CheckResult.Stalled(Reason.ImagePullFailed,
                    $"The image {container.Image} cannot be pulled: {container.State.Waiting.Message}"),
            "CreateContainerConfigError" or "CreateContainerError" or "RunContainerError" =>
                CheckResult.Stalled(Reason.ContainerRejected,
                    $"The server's container cannot be created: {container.State.Waiting.Message}"),
            "CrashLoopBackOff" => Ended(ended),
            _ => container?.State?.Terminated is { } now ? Ended(now) : null,
        };
    }

    static CheckResult Ended(StateReason? ended)
    {
        var log = ended?.Message?.Trim() ?? "";
        log = log.Length > MaxLogLength ? log[^MaxLogLength..] : log;
        // A server without reasons ends with status 1, and only its log shows the cause.
        if (ended?.ExitCode == UnknownField || ReportedProblem.SaysUnknownField(log))
            return TooOld(log);
        return ended?.Reason == "OOMKilled"
            ? CheckResult.Stalled(Reason.OutOfMemory,
                "The server was killed because it used too much memory. Raise spec.server.resources.limits.memory.")
            : CheckResult.Stalled(Reason.ServerCrashes,
                $"The server crashes: {(log.Length > 0 ? log : ended?.Reason ?? "no reason given")}");
    }

    /// <summary>The server does not know a field of the resource.</summary>
    public static CheckResult TooOld(string message) => CheckResult.Stalled(Reason.ServerTooOld,
        "The server is older than the resource. Use a newer image, or leave the field out. "
        + $"The server reports: {message}");

    static Condition? Find(IReadOnlyList<Condition>? conditions, string type) =>
        conditions?.FirstOrDefault(c => c.Type == type);
}
