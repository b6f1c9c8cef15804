using PyRepo.Packaging.Names;
using PyRepo.Server.Hosted.Undo;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>The outcome of a restoration.</summary>
sealed record RestorationView
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The names of the files that are visible again.</summary>
    public required IReadOnlyList<string> Restored { get; init; }

    /// <summary>Those that are yanked again.</summary>
    public required IReadOnlyList<string> Yanked { get; init; }

    /// <summary>Those that are no longer yanked.</summary>
    public required IReadOnlyList<string> Unyanked { get; init; }

    /// <summary>Those that came since, and are deleted.</summary>
    public required IReadOnlyList<string> Deleted { get; init; }

    /// <summary>The status that the project has again, or null if it did not change.</summary>
    public string? Status { get; init; }

    /// <summary>The files that cannot come back, 500 at most.</summary>
    public required IReadOnlyList<UnavailableFile> Unavailable { get; init; }

    /// <summary>How many changes are left: send the request again.</summary>
    public required int Remaining { get; init; }

    /// <summary>Returns the view of an outcome.</summary>
    public static RestorationView From(ProjectName project, Restoration restoration)
    {
        IReadOnlyList<string> Get(RestoredPart part) =>
            [.. restoration.Done.Where(step => step.Part == part).Select(step => step.Subject)];
        return new RestorationView
        {
            Project = project.Value,
            Restored = Get(RestoredPart.File),
            Yanked = Get(RestoredPart.Yank),
            Unyanked = Get(RestoredPart.Unyank),
            Deleted = Get(RestoredPart.Deletion),
            Status = Get(RestoredPart.Status) is [var status] ? status : null,
            Unavailable = [.. restoration.Unavailable.Take(ServerLimits.MaxRestoredTogether)],
            Remaining = restoration.Remaining,
        };
    }

    /// <summary>Returns the verb of a change in the log.</summary>
    public static string GetVerb(RestoredPart part) => part switch
    {
        RestoredPart.File => "restored",
        RestoredPart.Yank => "yanked again",
        RestoredPart.Unyank => "unyanked",
        RestoredPart.Deletion => "deleted",
        _ => "restored the status of",
    };
}

/// <summary>The projects that may have changed since a time.</summary>
/// <param name="Projects">Their names.</param>
sealed record ChangedProjectsView(IReadOnlyList<string> Projects);
