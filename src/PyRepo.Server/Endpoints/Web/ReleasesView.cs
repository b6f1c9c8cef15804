using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The releases of a project.</summary>
static class ReleasesView
{
    /// <summary>The releases that are listed at once. The others are in the Simple index.</summary>
    const int MaxReleases = 500;

    /// <summary>Creates the list, the newest first.</summary>
    public static Html Of(
        PageContext page, ProjectName project, List<Release> releases, Release? chosen) => Html.Of($"""
        <h2 id="releases">{PageText.Count(releases.Count, "release", "releases")}</h2>
        <ul class="releases">
        {Enumerable.Reverse(releases).Take(MaxReleases).Select(release => Row(page, project, release, chosen))}</ul>
        {Html.If(releases.Count > MaxReleases, $"""
            <p>Older ones are in the <a href="{page.Root}simple/{project.Value}/">Simple index</a>.</p>
            """)}
        """);

    static Html Row(PageContext page, ProjectName project, Release release, Release? chosen)
    {
        var newest = release.Files.Select(file => file.UploadedAt).Max();
        var current = Html.If(chosen is not null && release.IsSame(chosen), $" aria-current=\"page\"");
        var link = $"{page.Root}project/{project.Value}/{Uri.EscapeDataString(release.Version)}/";
        return Html.Of($"""
            <li><a href="{link}"{current}>{release.Version}</a>
            {Html.If(release.Parsed is { IsPrerelease: true }, $"""<span class="badge">pre-release</span>""")}
            {Html.If(release.IsYanked, $"""<span class="badge bad">yanked</span>""")}
            <span class="when">{PageText.Count(release.Files.Count, "file", "files")}{PageText.Day(", ", newest)}</span>
            {YankReason(release)}</li>

            """);
    }

    static Html YankReason(Release release) => release is { IsYanked: true } && release.Files[0] is var file
        ? Html.Of($"<p><bdi>{file.Yanked}</bdi>{YankedBy(file)}</p>")
        : Html.Empty;

    static Html YankedBy(Distribution file) => Html.If(
        file.YankedBy is not null,
        $" – yanked by <bdi>{file.YankedBy}</bdi>{PageText.Day(" on ", file.YankedAt)}");
}
