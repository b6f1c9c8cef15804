using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Proxied;

/// <summary>What a proxy fetches ahead of requests.</summary>
public sealed record MirrorSpec
{
    public static readonly ObjectType<MirrorSpec> Type = new(fields => new(fields));

    /// <summary>Empty means everything that upstream has.</summary>
    public ValueList<string> Requirements { get; init; } = [];

    public Duration Interval { get; init; } = Duration.FromMinutes(60);

    public MirrorSpec()
    {
    }

    MirrorSpec(FieldReader fields)
    {
        Requirements = fields.Default("requirements", new ListType<string>(NameTypes.Requirement, maxItems: 10_000),
            Requirements, "The projects and versions to fetch, such as requests>=2. If omitted, everything that "
            + "upstream has.");
        Interval = fields.Default("interval", AmountTypes.PositiveDuration, Interval,
            "How often upstream is checked for new files.");
    }
}
