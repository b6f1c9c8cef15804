using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Manifests;
using PyRepo.Resources.References;

namespace PyRepo.Operator.Status;

/// <summary>Whether the claim for a bucket is bound, as far as a ConfigMap and waiting pods show it.</summary>
static class BucketClaimChecks
{
    /// <summary>For how long a pod may set up its volumes before they are said to be missing.</summary>
    static readonly TimeSpan _mountTime = TimeSpan.FromSeconds(15);

    /// <summary>A suspended resource has no pods that would wait.</summary>
    public static CheckResult? IsBound(StatusInputs inputs)
    {
        if (ClaimedBucket.GetClaim(inputs.Resource) is not { } claim || inputs.Resource.Spec is { Suspend: true })
            return null;
        if (!inputs.Observed.HasClaimConfigMap)
            return NotBound(inputs, claim, $"there is no ConfigMap {claim.Name}");
        var waiting = inputs.Observed.Pods.Where(p => p.IsOf(inputs.Desired.TemplateHash))
            .FirstOrDefault(p => WaitsForVolumes(p.Pod, inputs.Cluster.Now));
        return waiting is null ? null : NotBound(inputs, claim,
            $"the pod {waiting.Pod.Metadata.Name} waits for its volumes, and so the Secret {claim.Name} or a key is "
            + "probably missing");
    }

    /// <summary>A claim may be on its way, until the pods have waited for too long.</summary>
    static CheckResult NotBound(StatusInputs inputs, BucketClaimReference claim, string why)
    {
        var message = $"The {claim.Kind} {claim.Name} is not bound: {why}. Create the claim in this namespace if it "
            + $"is not there; else see why with: kubectl describe objectbucketclaim {claim.Name} "
            + $"-n {inputs.Resource.Namespace}";
        return PodChecks.IsPastDeadline(inputs.Observed.Deployment)
            ? CheckResult.Stalled(Reason.ClaimNotBound, message)
            : CheckResult.Pending(Reason.ClaimNotBound, message);
    }

    /// <summary>
    /// Whether a pod has waited for its volumes or its network for longer than usual. A kubelet says so until both are
    /// there.
    /// </summary>
    public static bool WaitsForVolumes(Pod pod, DateTimeOffset now) =>
        pod.Status is { Phase: "Pending", Conditions: { } conditions }
        && conditions.Any(c => c is { Type: "PodScheduled", IsTrue: true })
        && conditions.Any(c => c is { Type: "PodReadyToStartContainers", Status: "False" })
        && now - pod.Metadata.CreationTimestamp > _mountTime;
}
