using System.Globalization;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web.Projects;

/// <summary>The releases of a project, and what a policy has to say about its files.</summary>
static class ReleasesTab
{
    /// <summary>The releases that are listed at once. The others are in the Simple index.</summary>
    const int MaxReleases = 500;

    /// <summary>More releases than these are folded by year.</summary>
    const int MaxUngrouped = 50;

    /// <summary>Creates the tab, with the newest release first.</summary>
    public static Html Render(ShownProject shown, List<Release> releases)
    {
        var showsAll = shown.Page.Query("pre") is "1" || releases.TrueForAll(IsPrerelease);
        var wanted = releases.FindAll(release => showsAll || !IsPrerelease(release) || IsChosen(shown, release));
        wanted.Reverse();
        return Html.From($"""
            <h2 id="releases">{PageText.Count(releases.Count, "release", "releases")}</h2>
            {Toggle(shown, releases)}
            {(wanted.Count > MaxUngrouped
                ? ByYear(shown, wanted)
                : Html.From($"""<ul class="releases">{wanted.Select(release => Row(shown, release))}</ul>"""))}
            {Html.If(wanted.Count > MaxReleases, $"""
                <p>{PageText.Count(wanted.Count - MaxReleases)} older ones are in the
                <a href="{shown.Page.Root}simple/{shown.Project.Value}/">Simple index</a>.</p>
                """)}
            {WaivedFilesView.Render(shown.Snapshot)}
            {ReportedFilesView.Render(shown.Snapshot)}
            {HiddenFilesView.Render(shown.Snapshot)}
            """);
    }

    static bool IsPrerelease(Release release) => release.Parsed is { IsPrerelease: true };

    static bool IsChosen(ShownProject shown, Release release) =>
        shown.Version is not null && shown.Chosen is { } chosen && release.IsSame(chosen);

    static Html Toggle(ShownProject shown, List<Release> releases)
    {
        var count = releases.Count(IsPrerelease);
        if (count == 0 || count == releases.Count)
            return Html.Empty;
        var path = shown.PathOf(ProjectTab.Releases);
        return shown.Page.Query("pre") is "1"
            ? Html.From($"""<p><a href="{path}">Hide pre-releases</a></p>""")
            : Html.From($"""
                <p><a href="{path}&amp;pre=1">Show {PageText.Count(count, "pre-release", "pre-releases")}</a></p>
                """);
    }

    static Html ByYear(ShownProject shown, List<Release> releases) => Html.Join(
        releases.Take(MaxReleases).GroupBy(release => Newest(release)?.UtcDateTime.Year)
            .OrderByDescending(year => year.Key).Select((year, i) => Html.From($"""
                <details class="plain"{Html.If(i == 0, $" open")}><summary>{(year.Key is { } number
                    ? number.ToString(CultureInfo.InvariantCulture) : "Date unknown")}
                <span class="muted">{PageText.Count(year.Count(), "release", "releases")}</span></summary>
                <ul class="releases">{year.Select(release => Row(shown, release))}</ul></details>

                """)));

    static DateTimeOffset? Newest(Release release) => release.Files.Select(file => file.UploadedAt).Max();

    static Html Row(ShownProject shown, Release release)
    {
        var current = Html.If(
            shown.Chosen is { } chosen && release.IsSame(chosen), $" aria-current=\"true\"");
        return Html.From($"""
            <li><a href="{shown.PathOf(release)}"{current}>{release.Version}</a>
            {Html.If(
                shown.Latest is { IsYanked: false } latest && release.IsSame(latest),
                $"""<span class="badge good">latest</span>""")}
            {Html.If(IsPrerelease(release), $"""<span class="badge warn">pre-release</span>""")}
            {Html.If(release.IsYanked, $"""<span class="badge bad">yanked</span>""")}
            <span class="when">{PageText.Count(release.Files.Count, "file", "files")}{Date(shown, release)}</span>
            {YankReason(release)}</li>

            """);
    }

    static Html Date(ShownProject shown, Release release) => Newest(release) is { } time
        ? Html.From($", {PageText.Ago(time, shown.Page.Now)}")
        : Html.Empty;

    static Html YankReason(Release release) => release is { IsYanked: true } && release.Files[0] is var file
        ? Html.From($"""<p class="muted"><bdi>{file.Yanked}</bdi>{YankedBy(file)}</p>""")
        : Html.Empty;

    static Html YankedBy(Distribution file) => Html.If(
        file.YankedBy is not null,
        $" – yanked by <bdi>{file.YankedBy}</bdi>{PageText.Day(" on ", file.YankedAt)}");
}
