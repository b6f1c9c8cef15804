namespace PyRepo.Storage.Buckets.S3;

/// <summary>How S3 writes versions and times.</summary>
static class S3Tag
{
    /// <summary>Returns the version that an ETag is.</summary>
    public static VersionTag Parse(string etag) => new(etag.Trim('"'));

    /// <summary>Returns a version as an ETag.</summary>
    public static string Quote(VersionTag version) => $"\"{version.Value}\"";

    /// <summary>Returns a time as a HEAD tells it. A listing tells milliseconds, which must not make a difference.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) =>
        new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
}
