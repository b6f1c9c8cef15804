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
        ProjectTab.Manage when shown.MayMaintain => ManageTab.Render(shown),
        _ => DescriptionTab.Render(shown),
    };
}
