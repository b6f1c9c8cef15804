namespace PyRepo.Server.Content.Repositories;

/// <summary>Which optional fields a <see cref="PackedDistribution"/> has, and in which form.</summary>
[Flags]
enum PackedFields
{
    None = 0,

    /// <summary>The version is valid, and no pre-release.</summary>
    IsFinal = 1 << 0,
    HasSummary = 1 << 1,
    HasDisplayName = 1 << 2,
    HasRequiresPython = 1 << 3,
    HasCoreMetadata = 1 << 4,
    HasUploadedBy = 1 << 5,
    IsYanked = 1 << 6,
    HasYankedAt = 1 << 7,
    HasYankedBy = 1 << 8,
    HasUploadedAt = 1 << 9,

    /// <summary>It was uploaded when the record received it.</summary>
    UploadedWhenRecorded = 1 << 10,
    HasFileTime = 1 << 11,

    /// <summary>The location ends with a slash and the name of the file.</summary>
    LocationHasName = 1 << 12,
    HasMd5 = 1 << 13,
    IsMd5Text = 1 << 14,
    HasBlake2b = 1 << 15,
    IsBlake2bText = 1 << 16,
    HasProvenance = 1 << 17,
    IsProvenanceText = 1 << 18,
}
