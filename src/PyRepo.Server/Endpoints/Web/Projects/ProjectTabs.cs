namespace PyRepo.Server.Endpoints.Web.Projects;

/// <summary>The links to the parts of a project's page.</summary>
static class ProjectTabs
{
    /// <summary>Creates the links.</summary>
    /// <param name="shown">The page.</param>
    /// <param name="releases">How many releases there are.</param>
    public static Html Render(ShownProject shown, int releases) => Html.From($"""
        <nav class="tabs" aria-label="Project">
        {Link(shown, ProjectTab.Description, null)}
        {Link(shown, ProjectTab.Releases, releases)}
        {Html.If(shown.Chosen is not null, $"{Link(shown, ProjectTab.Files, shown.Chosen?.Files.Count)}")}
        {Html.If(
            shown.Chosen is not null,
            $"{Link(shown, ProjectTab.Dependencies, shown.Details.Metadata?.RequiresDist.Count)}")}
        {Link(shown, ProjectTab.Statistics, null)}
        {Html.If(shown.MayMaintain, $"{Link(shown, ProjectTab.Manage, null)}")}
        </nav>
        """);

    static Html Link(ShownProject shown, ProjectTab tab, int? count) => Html.From($"""
        <a href="{shown.PathOf(tab)}"{Html.If(shown.Tab == tab, $" aria-current=\"page\"")}>{tab.ToString()}{Html.If(
            count > 0, $""" <span class="muted">{PageText.Count(count ?? 0)}</span>""")}</a>
        """);
}
