using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Server.Uploads;

/// <summary>What is known of an upload when its rules are asked; parts that are not known yet are null.</summary>
sealed record UploadContext
{
    /// <summary>The fields that have come so far.</summary>
    public required UploadForm Form { get; init; }

    /// <summary>The name that the file part has; null: there was no file part.</summary>
    public string? FileName { get; init; }

    /// <summary>What the file's name says of the project that the form names.</summary>
    public DistributionFileName? Distribution { get; init; }

    /// <summary>The digests of what arrived.</summary>
    public UploadDigests? Digests { get; init; }

    /// <summary>What the archive's own metadata say, where it has any.</summary>
    public CoreMetadata? Metadata { get; init; }
}
