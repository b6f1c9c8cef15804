using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Content.Repositories;

/// <summary>Why a file is visible or hidden, as <c>api/v1/why</c> sends it.</summary>
sealed record ExplainedFile
{
    /// <summary>The file's name.</summary>
    public required string File { get; init; }

    /// <summary>The SHA-256 of its bytes, or null if that is not known.</summary>
    public string? Sha256 { get; init; }

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

    /// <summary>The findings of rules that report without hiding it.</summary>
    public IReadOnlyList<Verdict>? Reported { get; init; }

    /// <summary>The outcome for its attestations, or null if nobody has verified them, or looked for any.</summary>
    public VerifiedProvenance? Provenance { get; init; }

    /// <summary>Returns the explanation of a file.</summary>
    public static ExplainedFile From(SnapshotFile file, ProjectStatus status) => new()
    {
        File = file.Distribution.Name.FileName,
        Sha256 = file.Distribution.Sha256?.ToString(),
        Visible = file.IsVisible && status is not ProjectStatus.Quarantined,
        Yanked = file.Distribution.Yanked,
        UploadTime = file.Distribution.UploadedAt,
        IsFirstSeen = file.Distribution.IsDatedByFirstSight ? true : null,
        AvailableSince = file.Distribution.AvailableSince,
        Rules = file.HiddenBy,
        Waivers = file.Waivers.IsEmpty ? null : file.Waivers,
        Vulnerabilities = file.Vulnerabilities,
        Reported = file.Reported.IsEmpty ? null : file.Reported,
        Provenance = file.Distribution.Verified,
    };

    /// <summary>Returns the file that another server explained, or null if its name is not valid.</summary>
    public SnapshotFile? ToSnapshotFile(ProjectName project) =>
        DistributionFileName.TryParse(File, project, out var name)
            ? new SnapshotFile(new Distribution
            {
                Name = name,
                Size = null,
                Sha256 = Sha256Digest.TryParse(Sha256, out var sha256) ? sha256 : null,
                UploadedAt = UploadTime,
                IsDatedByFirstSight = IsFirstSeen is true,
                AvailableSince = AvailableSince,
                Yanked = Yanked,
                Location = "",
                Verified = Provenance,
            })
            {
                HiddenBy = [.. Rules],
                Waivers = [.. Waivers ?? []],
                Vulnerabilities = [.. Vulnerabilities],
                Reported = [.. Reported ?? []],
            }
            : null;
}
