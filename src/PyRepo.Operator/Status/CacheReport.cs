namespace PyRepo.Operator.Status;

/// <summary>A proxy's cache hits and misses since it started.</summary>
public sealed record CacheReport(long Hits, long Misses);
