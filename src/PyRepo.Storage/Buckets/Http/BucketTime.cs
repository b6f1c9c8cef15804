namespace PyRepo.Storage.Buckets.Http;

/// <summary>The times that services tell.</summary>
static class BucketTime
{
    /// <summary>A time without the part of a second, which services tell in some of their answers only.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
