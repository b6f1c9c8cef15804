using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>The inputs of the upload rules. Inputs that are not known yet are null.</summary>
sealed record UploadContext
{
    /// <summary>The fields received so far.</summary>
    public required UploadForm Form { get; init; }

    /// <summary>The current time.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>The name of the file part, or null if there was no file part.</summary>
    public string? FileName { get; init; }

    /// <summary>The file's name, parsed for the project that the form names.</summary>
    public DistributionFileName? Distribution { get; init; }

    /// <summary>The digests of the received file.</summary>
    public UploadDigests? Digests { get; init; }

    /// <summary>The archive's own metadata, if it has any.</summary>
    public CoreMetadata? Metadata { get; init; }
}
