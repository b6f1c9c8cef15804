namespace PyRepo.Egress;

/// <summary>Limits on what is asked of one index at once. The server's table of limits has them.</summary>
static class EgressLimits
{
    /// <summary>The pages that are requested from one upstream at once.</summary>
    public const int MaxConcurrentPageRequests = 32;

    /// <summary>
    /// The chains of proxies, as requests tell them in <c>CDN-Loop</c>, for which the same is asked or fetched at once.
    /// Requests of the installation's own groups do not count.
    /// </summary>
    public const int MaxConcurrentChains = 4;

    /// <summary>
    /// How many requests wait for one of the turns, for pages, files and metadata files each. They wait even if their
    /// clients have left.
    /// </summary>
    public const int MaxWaitingForTurns = 2000;

    /// <summary>How long a proxy leaves a project alone because its upstream asked to be asked later.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromMinutes(1);
}
