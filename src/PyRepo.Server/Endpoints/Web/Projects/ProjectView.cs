using PyRepo.Server.Content.Releases;

namespace PyRepo.Server.Endpoints.Web.Projects;

/// <summary>The content of a project's page.</summary>
static class ProjectView
{
    /// <summary>Renders the content.</summary>
    public static Html Render(ShownProject shown)
    {
        var releases = Release.GetList(shown.Snapshot);
        return Html.From($"""
            {Notices.Done(GetDone(shown.Page.Query("done")))}
            {Html.If(shown.Page.Query("done") is "deleted", $"{shown.Content.Deleted.Note}")}
            {ProjectHero.Render(shown)}
            {ProjectTabs.Render(shown, releases.Count)}
            {Tab(shown, releases)}
            """);
    }

    static Html Tab(ShownProject shown, List<Release> releases) => shown.Tab switch
    {
        ProjectTab.Releases => ReleasesTab.Render(shown, releases),
        ProjectTab.Files => FilesTab.Render(shown),
        ProjectTab.Dependencies => DependenciesTab.Render(shown),
        ProjectTab.Statistics => shown.Content.Downloads is { } downloads
            ? StatisticsView.Render(shown.Page, downloads, $"{shown.PathOf(ProjectTab.Statistics)}&")
            : Html.Empty,
        ProjectTab.Manage when shown.MayMaintain => MaintenanceView.Render(
            shown.Page, shown.Snapshot, shown.Chosen, shown.Content.PromotionTargets, shown.Content.Deleted),
        _ => DescriptionTab.Render(shown),
    };

    static string? GetDone(string? done) => done switch
    {
        "yanked" => "The release is yanked: installers skip it unless its version is pinned.",
        "unyanked" => "The release is no longer yanked.",
        "promoted" => "The other repository has the release now.",
        "deleted" => "The release is deleted. The names of its files stay reserved.",
        "restored" => "The deleted files of the release whose bytes were there are visible again.",
        "status" => "The status is set.",
        "uploaded" => "The file is uploaded.",
        _ => null,
    };
}
