using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Web.Clients;

namespace PyRepo.Server.Endpoints.Web.Projects;

/// <summary>The top of a project's page, the same on all tabs: what it is, how to install it, and what to know.</summary>
static class ProjectHero
{
    /// <summary>Creates it.</summary>
    public static Html Render(ShownProject shown) => Html.From($"""
        <h1><bdi>{shown.Name}</bdi>
        {Html.If(shown.Chosen is not null, $"""<span class="version">{shown.Chosen?.Version}</span>""")}</h1>
        {Html.If(shown.Details.Metadata?.Summary is not null, $"""
            <p class="lead"><bdi>{shown.Details.Metadata?.Summary}</bdi></p>
            """)}
        {ProjectBadges.Render(shown)}
        {Released(shown)}
        {Warnings(shown)}
        {Install(shown)}
        """);

    static Html Released(ShownProject shown)
    {
        if (shown.Chosen is not { } chosen)
            return Html.Empty;
        var newest = chosen.Files.MaxBy(file => file.UploadedAt)!;
        var verb = newest.IsDatedByFirstSight ? "First seen" : "Released";
        return newest.UploadedAt is { } time
            ? Html.From($"""
                <p class="muted">{verb} {PageText.Ago(time, shown.Page.Now)}
                {Html.If(newest.UploadedBy is not null, $" by <bdi>{newest.UploadedBy}</bdi>")}</p>
                """)
            : Html.Empty;
    }

    static Html Warnings(ShownProject shown) => Html.From($"""
        {Newer(shown)}
        {Status(shown.Snapshot)}
        {Html.If(shown.Snapshot.StaleSince is not null, $"""
            <p class="notice warn" role="status">Upstream does not answer. This is what was known before.</p>
            """)}
        {Yanked(shown.Chosen)}
        """);

    static Html Newer(ShownProject shown) => Html.If(
        shown is { Chosen: not null, Latest: not null, IsLatest: false } && IsOlder(shown.Chosen, shown.Latest),
        $"""
        <p class="notice info">A newer version is available:
        <a href="{shown.Path}">{shown.Name} {shown.Latest?.Version}</a></p>
        """);

    /// <summary>A pre-release may be newer than the latest release.</summary>
    static bool IsOlder(Release release, Release latest) =>
        release.Parsed is null || (latest.Parsed is not null && release.Parsed.CompareTo(latest.Parsed) < 0);

    static Html Status(ProjectSnapshot snapshot) => snapshot.Status is ProjectStatus.Active
        ? Html.Empty
        : Html.From($"""
            <p class="notice warn" role="status">This project is {snapshot.Status.ToName()}.
            <bdi>{snapshot.StatusReason}</bdi></p>
            """);

    static Html Yanked(Release? release) => release is { IsYanked: true }
        ? Html.From($"""
            <p class="notice bad" role="status">This release is yanked{(
                release.Files[0].Yanked is { Length: > 0 } reason
                    ? Html.From($": <bdi>{reason}</bdi>") : Html.From($"."))}</p>
            """)
        : Html.Empty;

    static Html Install(ShownProject shown)
    {
        if (shown.Chosen is not { } chosen)
            return Html.From($"""<p class="notice">This project has no files that can be installed from here.</p>""");
        if (chosen.Parsed is null)
        {
            return Html.From($"""
                <p class="notice">Installers cannot ask for this version: <bdi>{chosen.Version}</bdi> is not a version as
                <a href="https://packaging.python.org/en/latest/specifications/version-specifiers/">Python's rules</a>
                have it.</p>
                """);
        }
        // An installer takes a yanked release only by its very version.
        var pin = shown.IsLatest && !chosen.IsYanked ? "" : $"=={chosen.Version}";
        return ToolsView.InstallProject(ClientIndex.Of(shown.Page), $"{shown.Project.Value}{pin}");
    }
}
