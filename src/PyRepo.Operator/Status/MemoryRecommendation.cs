using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Manifests;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Status;

/// <summary>
/// How much memory the server's pods should have, by what became of those with less: one was killed for lack of it, or
/// had to compute everything again for hours. Nothing is recommended to pods without a limit: one would take from them
/// what they have, and only its owner knows whether the node has so much.
/// </summary>
/// <remarks>
/// It depends on the limit under which a pod had too little, not on how often that happened, and it only rises: so it
/// stays the same until pods with what it recommends have too little, too.
/// </remarks>
static class MemoryRecommendation
{
    /// <summary>A robot that asks for everything once fills a cache for an hour or two.</summary>
    public const int MinFullHours = 3;

    /// <summary>Each recommendation is a multiple of it.</summary>
    const long Unit = 64L << 20;

    /// <summary>More than any node has.</summary>
    const long MaxLimit = 1L << 44;

    /// <summary>Decides; null: nothing is recommended.</summary>
    /// <param name="previous">The recommendation before.</param>
    /// <param name="declared">The limit that the resource or the administrator writes; null: none.</param>
    /// <param name="pods">The pods as they are now.</param>
    public static RecommendationStatus? Decide(
        RecommendationStatus? previous, Quantity? declared, IEnumerable<ObservedPod> pods)
    {
        ObservedPod[] known = [.. pods];
        if (declared is null && known.Length > 0 && known.All(pod => PodManifest.GetMemoryLimit(pod.Pod.Spec) is null))
            return null;
        var now = known.Select(From).OfType<RecommendationStatus>().MaxBy(found => found.Amount);
        now = now is null ? null : now with { Refused = previous?.Refused };
        var best = previous?.Amount is { } before && !(now?.Amount > before) ? previous : now;
        return best?.Amount is { } amount && !(declared >= amount) ? best : null;
    }

    static RecommendationStatus? From(ObservedPod pod)
    {
        if (PodManifest.GetMemoryLimit(pod.Pod.Spec) is not { } limit)
            return null;
        if (WasKilled(pod.Pod))
            return MoreThan(limit, $"The server was killed because it needed more than {limit} of memory.");
        return pod.Report?.Memory is { FullHours: >= MinFullHours }
            ? MoreThan(limit,
                "For hours, what the server keeps in memory had to be computed again, because a quarter of "
                + $"{DisplaySize.Format(limit.Bytes)} has no room for it.")
            : null;
    }

    static RecommendationStatus? MoreThan(Quantity limit, string message) =>
        limit.Bytes is > 0 and <= MaxLimit
            ? new()
            {
                Memory = Quantity.FromBytes((limit.Bytes * 3 / 2 + Unit - 1) / Unit * Unit).ToString(),
                Message = message,
                Had = limit.ToString(),
            }
            : null;

    /// <summary>The kernel killed the container for its limit. Exit status 137 alone may be anybody's SIGKILL.</summary>
    static bool WasKilled(Pod pod)
    {
        var server = pod.Status?.ContainerStatuses?.FirstOrDefault(c => c.Name == PodManifest.Container);
        return server?.LastState?.Terminated?.Reason == Killed || server?.State?.Terminated?.Reason == Killed;
    }

    const string Killed = "OOMKilled";
}
