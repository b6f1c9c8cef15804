namespace PyRepo.Operator.Status;

/// <summary>How often a proxy had what was asked for, since it started.</summary>
public sealed record CacheReport(long Hits, long Misses);
