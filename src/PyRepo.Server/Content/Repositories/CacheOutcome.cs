namespace PyRepo.Server.Content.Repositories;

/// <summary>How a cache contributed to an answer. <c>X-Cache</c> tells it to clients.</summary>
public enum CacheOutcome
{
    /// <summary>No cache was involved.</summary>
    None,

    /// <summary>The answer was cached, and is fresh.</summary>
    Hit,

    /// <summary>The answer was fetched for this request.</summary>
    Miss,

    /// <summary>The answer was cached, and upstream confirmed it for this request.</summary>
    Revalidated,

    /// <summary>The answer was cached, and upstream was not available.</summary>
    Stale,
}
