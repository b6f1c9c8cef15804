using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Manifests;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Status;

/// <summary>
/// How much memory the server's pods should have, by what became of those with less: one was killed for lack of it, or
/// had to compute everything again for hours.
/// </summary>
/// <remarks>
/// It depends on the limit under which a pod had too little, not on how often that happened, and it only rises: so it
/// stays the same until pods with what it recommends have too little, too.
/// </remarks>
static class MemoryRecommendation
{
    /// <summary>A robot that asks for everything once fills a cache for an hour or two.</summary>
    public const int MinFullHours = 3;

    /// <summary>A server's budget is this part of its limit.</summary>
    const int BudgetShare = 4;

    /// <summary>Each recommendation is a multiple of it.</summary>
    const long Unit = 64L << 20;

    /// <summary>More than any node has: a pod may report any budget.</summary>
    const long MaxLimit = 1L << 44;

    /// <summary>Decides; null: nothing is recommended.</summary>
    /// <param name="previous">The recommendation before.</param>
    /// <param name="declared">The limit that the resource or the administrator writes; null: none.</param>
    /// <param name="pods">The pods as they are now.</param>
    public static RecommendationStatus? Decide(
        RecommendationStatus? previous, Quantity? declared, IEnumerable<ObservedPod> pods)
    {
        var now = pods.Select(From).OfType<RecommendationStatus>().MaxBy(found => found.Amount);
        var best = previous?.Amount is { } before && !(now?.Amount > before) ? previous : now;
        return best?.Amount is { } amount && !(declared >= amount) ? best : null;
    }

    static RecommendationStatus? From(ObservedPod pod)
    {
        var limit = GetLimit(pod.Pod);
        if (WasKilled(pod.Pod) && limit is { } killedAt)
            return MoreThan(killedAt, $"The server was killed because it needed more than {killedAt} of memory.");
        if (pod.Report?.Memory is not { FullHours: >= MinFullHours } memory)
            return null;
        var had = limit ?? Quantity.FromBytes(memory.Budget * BudgetShare);
        return MoreThan(had,
            "For hours, what the server keeps in memory had to be computed again, because a quarter of "
            + $"{DisplaySize.Format(had.Bytes)} has no room for it.");
    }

    static RecommendationStatus? MoreThan(Quantity limit, string message) =>
        limit.Bytes is > 0 and <= MaxLimit
            ? new()
            {
                Memory = Quantity.FromBytes((limit.Bytes * 3 / 2 + Unit - 1) / Unit * Unit).ToString(),
                Message = message,
            }
            : null;

    static Quantity? GetLimit(Pod pod) =>
        pod.Spec?.Containers.FirstOrDefault(c => c.Name == PodManifest.Container)?.Resources?.Limits
            ?.GetValueOrDefault("memory") is { } text && Quantity.TryParse(text, out var limit) ? limit : null;

    /// <summary>The kernel killed the container for its limit. Exit status 137 alone may be anybody's SIGKILL.</summary>
    static bool WasKilled(Pod pod)
    {
        var server = pod.Status?.ContainerStatuses?.FirstOrDefault(c => c.Name == PodManifest.Container);
        return server?.LastState?.Terminated?.Reason == Killed || server?.State?.Terminated?.Reason == Killed;
    }

    const string Killed = "OOMKilled";
}
