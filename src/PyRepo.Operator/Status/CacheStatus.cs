namespace PyRepo.Operator.Status;

/// <summary>How a proxy's cache does.</summary>
public sealed record CacheStatus
{
    /// <summary>The share of requests for files that the cache answered, of two digits: <c>0.93</c>.</summary>
    public required string HitRatio { get; init; }
}
