using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Hosted;

/// <summary>Which releases are kept; a release goes only if no rule that is given keeps it.</summary>
public sealed record RetentionSpec
{
    public static readonly ObjectType<RetentionSpec> Type = new(fields => new(fields));

    public int? KeepVersions { get; init; }
    public Duration? KeepDevReleasesFor { get; init; }
    public Duration? KeepIfDownloadedWithin { get; init; }

    public RetentionSpec()
    {
    }

    RetentionSpec(FieldReader fields)
    {
        KeepVersions = fields.Optional("keepVersions", AmountTypes.Count,
            "How many of a project's newest versions are kept. Without it, only development releases ever go.");
        KeepDevReleasesFor = fields.Optional("keepDevReleasesFor", AmountTypes.PositiveDuration,
            "How long development releases are kept.");
        KeepIfDownloadedWithin = fields.Optional("keepIfDownloadedWithin", AmountTypes.PositiveDuration,
            "A release that was downloaded within this time is kept.");
    }
}
