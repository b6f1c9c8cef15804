using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Status;

/// <summary>
/// Whether pods with more memory find a place. A server on a volume is replaced by ending the old pod first: if the new
/// one fits no node and no quota, the repository would be down until somebody comes.
/// </summary>
static class MemoryPlacement
{
    /// <summary>The time in which an autoscaler adds a node.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    /// <summary>
    /// The recommendation with the limit that is found to fit nowhere, from which on the pods get what they had. It is
    /// forgotten with <c>autoMemory</c>: who takes that out and back in tries anew. Pods that had a place once with as much,
    /// and wait for a node now, keep it.
    /// </summary>
    public static RecommendationStatus Judge(
        RecommendationStatus recommended, AutoMemorySpec? auto, Observation observed, DateTimeOffset now)
    {
        if (auto is null)
            return recommended with { Refused = null };
        return recommended.GetGiven(auto) is { } given && given.ToString() != recommended.Had
            && observed.Deployment is { } live && AppliedTemplate.From(live) is { } applied
            && PodManifest.GetMemoryLimit(applied.Template.Spec) == given && !HadPlace(live)
            && (FindsNoPlace(live.Status?.Conditions, "ReplicaFailure", "True", now)
                || observed.Pods.Any(pod => PodManifest.GetMemoryLimit(pod.Pod.Spec) == given
                    && FindsNoPlace(pod.Pod.Status?.Conditions, "PodScheduled", "False", now)))
            ? recommended with { Refused = given.ToString() }
            : recommended;
    }

    /// <summary>Whether all pods of the present template were there at some time.</summary>
    static bool HadPlace(Deployment live) =>
        live.Status?.Conditions?.Any(c => c is { Type: "Progressing", Reason: "NewReplicaSetAvailable" }) is true;

    /// <summary>The scheduler, a quota and a LimitRange each name what there is too little of.</summary>
    static bool FindsNoPlace(
        IReadOnlyList<Condition>? conditions, string type, string status, DateTimeOffset now) =>
        conditions?.FirstOrDefault(condition => condition.Type == type) is { LastTransitionTime: { } since } found
        && found.Status == status && now - since >= _patience
        && found.Message?.Contains("memory", StringComparison.OrdinalIgnoreCase) is true;
}
