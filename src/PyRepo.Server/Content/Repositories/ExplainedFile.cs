using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Content.Repositories;

/// <summary>Why a file is visible or hidden, as <c>api/v1/why</c> sends it.</summary>
sealed record ExplainedFile
{
    /// <summary>The file's name.</summary>
    public required string File { get; init; }

    /// <summary>Whether pages show it.</summary>
    public required bool Visible { get; init; }

    /// <summary>Why it is yanked, or null if it is not.</summary>
    public string? Yanked { get; init; }

    /// <summary>The upload time that pages show, or null if they show none.</summary>
    public DateTimeOffset? UploadTime { get; init; }

    /// <summary>
    /// True if that is when a proxy first saw the file, because upstream does not say when it was uploaded; null
    /// otherwise.
    /// </summary>
    public bool? IsFirstSeen { get; init; }

    /// <summary>The time from which its age counts, or null if that is not known.</summary>
    public DateTimeOffset? AvailableSince { get; init; }

    /// <summary>The rules that hide it.</summary>
    public IReadOnlyList<Verdict> Rules { get; init => field = value ?? []; } = [];

    /// <summary>The rules that would hide it, if a person had not waived them.</summary>
    public IReadOnlyList<Waiver>? Waivers { get; init; }

    /// <summary>The known vulnerabilities of its release.</summary>
    public IReadOnlyList<Vulnerability> Vulnerabilities { get; init => field = value ?? []; } = [];

    /// <summary>Returns the explanation of a file.</summary>
    public static ExplainedFile From(SnapshotFile file, ProjectStatus status) => new()
    {
        File = file.Distribution.Name.FileName,
        Visible = file.IsVisible && status is not ProjectStatus.Quarantined,
        Yanked = file.Distribution.Yanked,
        UploadTime = file.Distribution.UploadedAt,
        IsFirstSeen = file.Distribution.IsDatedByFirstSight ? true : null,
        AvailableSince = file.Distribution.AvailableSince,
        Rules = file.HiddenBy,
        Waivers = file.Waivers.IsEmpty ? null : file.Waivers,
        Vulnerabilities = file.Vulnerabilities,
    };

    /// <summary>Returns the file that another server explained, or null if its name is not valid.</summary>
    public SnapshotFile? ToSnapshotFile(ProjectName project) =>
        DistributionFileName.TryParse(File, project, out var name)
            ? new SnapshotFile(new Distribution
            {
                Name = name,
                Size = null,
                Sha256 = null,
                UploadedAt = UploadTime,
                IsDatedByFirstSight = IsFirstSeen is true,
                AvailableSince = AvailableSince,
                Yanked = Yanked,
                Location = "",
            })
            { HiddenBy = [.. Rules], Waivers = [.. Waivers ?? []], Vulnerabilities = [.. Vulnerabilities] }
            : null;
}
