using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Proxied;

/// <summary>How long and how much a proxy keeps.</summary>
public sealed record CacheSpec
{
    public static readonly ObjectType<CacheSpec> Type = new(fields => new(fields));

    public Duration ProjectTtl { get; init; } = Duration.FromMinutes(5);
    public Duration IndexTtl { get; init; } = Duration.FromMinutes(10);
    public Duration NotFoundTtl { get; init; } = Duration.FromMinutes(1);
    public Duration StaleIfError { get; init; } = Duration.FromDays(7);

    /// <summary>Null means 80 % of the volume, and no limit in a bucket.</summary>
    public Quantity? MaxSize { get; init; }

    public CacheSpec()
    {
    }

    CacheSpec(FieldReader fields)
    {
        ProjectTtl = fields.Default("projectTtl", AmountTypes.PositiveDuration, ProjectTtl,
            "How long a project's page is served before upstream is asked again.");
        IndexTtl = fields.Default("indexTtl", AmountTypes.PositiveDuration, IndexTtl,
            "How long the list of projects is served before upstream is asked again.");
        NotFoundTtl = fields.Default("notFoundTtl", AmountTypes.Duration, NotFoundTtl,
            "How long a project is taken for missing before upstream is asked again; 0s asks each time.");
        StaleIfError = fields.Default("staleIfError", AmountTypes.Duration, StaleIfError,
            "How long a page is served past its time while upstream is down; 0s never.");
        MaxSize = fields.Optional("maxSize", AmountTypes.PositiveQuantity,
            "How much the kept files may take; left out, 80 % of the volume, and no limit in a bucket.");
    }
}
