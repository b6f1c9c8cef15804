using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Hosted;

/// <summary>Which releases are kept. A release is removed only if none of the rules that are set keeps it.</summary>
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
            "How many of a project's newest versions are kept. If omitted, only development releases are ever "
            + "removed.");
        KeepDevReleasesFor = fields.Optional("keepDevReleasesFor", AmountTypes.PositiveDuration,
            "How long development releases are kept after their upload.");
        KeepIfDownloadedWithin = fields.Optional("keepIfDownloadedWithin", AmountTypes.PositiveDuration,
            "Keeps a release that was downloaded within this time.");
    }
}
