using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Proxied;

/// <summary>How long, and how much, a proxy caches.</summary>
public sealed record CacheSpec
{
    public static readonly ObjectType<CacheSpec> Type = new(fields => new(fields));

    public Duration ProjectTtl { get; init; } = Duration.FromMinutes(5);
    public Duration IndexTtl { get; init; } = Duration.FromMinutes(10);
    public Duration NotFoundTtl { get; init; } = Duration.FromMinutes(1);
    public Duration StaleIfError { get; init; } = Duration.FromDays(7);

    /// <summary>Null means 80 % of the volume, or no limit in a bucket.</summary>
    public Quantity? MaxSize { get; init; }

    public CacheSpec()
    {
    }

    CacheSpec(FieldReader fields)
    {
        ProjectTtl = fields.Default("projectTtl", AmountTypes.PositiveDuration, ProjectTtl,
            "How long a project's page is served before it is revalidated with upstream.");
        IndexTtl = fields.Default("indexTtl", AmountTypes.PositiveDuration, IndexTtl,
            "How long the list of projects is served before it is revalidated with upstream.");
        NotFoundTtl = fields.Default("notFoundTtl", AmountTypes.Duration, NotFoundTtl,
            "How long a project counts as missing before upstream is asked again. 0s asks every time.");
        StaleIfError = fields.Default("staleIfError", AmountTypes.Duration, StaleIfError,
            "How long a stale page is served while upstream is down. 0s never serves stale pages.");
        MaxSize = fields.Optional("maxSize", AmountTypes.PositiveQuantity,
            "The maximum size of the cached files and pages. If omitted, 80 % of the volume, or unlimited in a "
            + "bucket.");
    }
}
