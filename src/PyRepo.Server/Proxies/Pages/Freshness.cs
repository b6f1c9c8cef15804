namespace PyRepo.Server.Proxies.Pages;

/// <summary>What to do with a cached answer from upstream.</summary>
enum Freshness
{
    /// <summary>The answer is still valid, so upstream is not queried.</summary>
    Fresh,

    /// <summary>Upstream is queried, because the answer may have changed or there is none yet.</summary>
    Revalidate,

    /// <summary>Upstream is unavailable, so the stale answer is served.</summary>
    ServeStale,

    /// <summary>Upstream is unavailable, and there is nothing to serve.</summary>
    Unavailable,
}
