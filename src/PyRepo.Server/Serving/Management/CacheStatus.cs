namespace PyRepo.Server.Serving.Management;

/// <summary>How many pages and files came from a proxy's cache since it started, and how many from upstream.</summary>
/// <param name="Hits">From the cache.</param>
/// <param name="Misses">From upstream.</param>
sealed record CacheStatus(long Hits, long Misses);
