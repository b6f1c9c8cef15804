namespace PyRepo.Server.Repositories;

/// <summary>What a cache had to do with an answer; the edge says it as <c>X-Cache</c>.</summary>
public enum CacheOutcome
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It was kept, and is fresh.</summary>
    Hit,

    /// <summary>It was fetched for this request.</summary>
    Miss,

    /// <summary>It was kept, and upstream confirmed it for this request.</summary>
    Revalidated,

    /// <summary>It was kept, and upstream could not be asked.</summary>
    Stale,
}
