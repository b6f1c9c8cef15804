using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Repositories;

/// <summary>What lists and search show of a project.</summary>
/// <param name="Project">The project.</param>
public sealed record CatalogEntry(ProjectName Project)
{
    /// <summary>The name as the latest release spells it, if it is known; otherwise the normalized name.</summary>
    [AllowNull]
    public string DisplayName
    {
        get => field ?? Project.Value;
        init => field = value == Project.Value || value?.Length > ServerLimits.MaxProjectNameLength ? null : value;
    }

    /// <summary>The start of the latest release's summary, or null if it has none or is not known yet.</summary>
    public string? Summary
    {
        get;
        init => field = value?.Length > ServerLimits.MaxListedSummaryLength
            ? string.Concat(value.AsSpan(0, ServerLimits.MaxListedSummaryLength).TrimEnd(), "…")
            : value;
    }

    /// <summary>The version of the latest release, or null if there is none or it is not known here.</summary>
    public string? LatestVersion { get; init; }

    /// <summary>Whether that release is yanked, as it is only if all are.</summary>
    public bool IsLatestYanked { get; init; }

    /// <summary>The number of releases.</summary>
    public int Versions { get; init; }

    /// <summary>The number of visible files.</summary>
    public int Files { get; init; }

    /// <summary>The size of those files in bytes.</summary>
    public long Size { get; init; }

    /// <summary>When the newest of those files was added, or null if there is none.</summary>
    public DateTimeOffset? NewestFileAt { get; init; }

    /// <summary>The project's status (<see href="https://peps.python.org/pep-0792/">PEP 792</see>).</summary>
    public ProjectStatus Status { get; init; }

    /// <summary>The members of a group that provide the project, from the outermost to the innermost.</summary>
    public ImmutableArray<string> AnsweredBy { get; init; } = [];

    /// <summary>Returns the entry without what takes the most memory.</summary>
    public CatalogEntry WithoutText() => this with { DisplayName = null, Summary = null };

    /// <summary>Whether the entry has what takes the most memory.</summary>
    public bool HasText => Summary is not null || DisplayName != Project.Value;
}
