using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web.Projects;

/// <summary>A project and one of its releases, with what their page shows.</summary>
sealed record ShownProject
{
    /// <summary>The request.</summary>
    public required PageContext Page { get; init; }

    /// <summary>The project.</summary>
    public required ProjectAnswer.Known Known { get; init; }

    /// <summary>The project's name as it is spelled.</summary>
    public required string Name { get; init; }

    /// <summary>The release that is shown, or null if there is none.</summary>
    public required Release? Chosen { get; init; }

    /// <summary>The release that users most likely want, or null if there is none.</summary>
    public required Release? Latest { get; init; }

    /// <summary>The version in the URL, or null for the latest one.</summary>
    public string? Version { get; init; }

    /// <summary>The details from the release's metadata.</summary>
    public ReleaseDetails Details { get; init; } = ReleaseDetails.None;

    /// <summary>The tab that is shown.</summary>
    public ProjectTab Tab { get; init; }

    /// <summary>The form of the tab Manage that was refused, or null.</summary>
    public RefusedForm? Refused { get; init; }

    /// <summary>Everything that only the tab shows.</summary>
    public ProjectTabContent Content { get; init; } = new();

    /// <summary>The project as the repository has it.</summary>
    public ProjectSnapshot Snapshot => Known.Snapshot;

    /// <summary>The project.</summary>
    public ProjectName Project => Known.Snapshot.Project;

    /// <summary>Whether the latest release is shown.</summary>
    public bool IsLatest => Chosen is not null && Latest is not null && Chosen.IsSame(Latest);

    /// <summary>The path of the project's page, relative to this one.</summary>
    public string Path => $"{Page.Root}project/{Project.Value}/";

    /// <summary>The title of the tab's page: <c>Files of acme-lib 2.0</c>.</summary>
    public string Title
    {
        get
        {
            var release = Chosen is null ? Name : $"{Name} {Chosen.Version}";
            return Tab switch
            {
                ProjectTab.Releases => $"Releases of {Name}",
                ProjectTab.Files => $"Files of {release}",
                ProjectTab.Dependencies => $"Dependencies of {release}",
                ProjectTab.Statistics => $"Downloads of {Name}",
                ProjectTab.Manage => $"Manage {release}",
                _ => release,
            };
        }
    }

    /// <summary>Whether the caller may change the project.</summary>
    public bool MayMaintain => Page.MayMaintain(Project);

    /// <summary>Returns the path of a release's page, relative to this one.</summary>
    public string PathOf(Release release) => $"{Path}{Uri.EscapeDataString(release.Version)}/";

    /// <summary>Returns the path of a tab of the same release.</summary>
    public string PathOf(ProjectTab tab)
    {
        var path = Version is null || Chosen is null ? Path : PathOf(Chosen);
        return tab is ProjectTab.Description ? path : $"{path}?tab={tab.ToName()}";
    }
}

/// <summary>Everything that one tab shows, and the others need not know.</summary>
sealed record ProjectTabContent
{
    /// <summary>The repositories to which the release can be promoted.</summary>
    public IReadOnlyList<string> PromotionTargets { get; init; } = [];

    /// <summary>The releases that a Maintainer can restore.</summary>
    public DeletedReleases Deleted { get; init; } = DeletedReleases.None;

    /// <summary>The downloads of each day of late, the oldest first; default if they are not known.</summary>
    public ImmutableArray<long> RecentDownloads { get; init; }

    /// <summary>The downloads that the tab of statistics shows.</summary>
    public DownloadFigures? Downloads { get; init; }

    /// <summary>The dependencies that the tab lists.</summary>
    public ImmutableArray<Dependency> Dependencies { get; init; } = [];
}
