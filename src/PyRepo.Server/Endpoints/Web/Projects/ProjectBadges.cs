using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web.Projects;

/// <summary>The badges of a release: everything that is to be known at a glance.</summary>
static class ProjectBadges
{
    /// <summary>Creates the row; nothing if there is nothing to say.</summary>
    public static Html Render(ShownProject shown)
    {
        var badges = Html.Join(
        [
            OfRelease(shown), StatusBadge.Render(shown.Snapshot.Status), Provenance(shown), Hidden(shown),
            Reported(shown), Python(shown.Chosen), License(shown.Details),
        ]);
        return Html.If(!string.IsNullOrWhiteSpace(badges.Text), $"""<p class="badges">{badges}</p>""");
    }

    static Html OfRelease(ShownProject shown) => Html.From($"""
        {Html.If(shown.IsLatest && shown.Chosen is { IsYanked: false }, $"""<span class="badge good">latest</span>""")}
        {Html.If(shown.Chosen is { Parsed.IsPrerelease: true }, $"""<span class="badge warn">pre-release</span>""")}
        {Html.If(shown.Chosen is { IsYanked: true }, $"""<span class="badge bad">yanked</span>""")}
        """);

    static Html Provenance(ShownProject shown)
    {
        var files = shown.Chosen?.Files ?? [];
        var link = $"{shown.PathOf(ProjectTab.Files)}#provenance";
        if (files.Exists(file => file.Verified is { Verdict: ProvenanceVerdict.Refused }))
            return Html.From($"""<a class="badge bad" href="{link}">provenance not proved</a>""");
        var proved = files.Count(file => file.Verified is { Verdict: ProvenanceVerdict.Verified });
        return Html.If(proved > 0, $"""
            <a class="badge good" href="{link}">provenance verified{(
                proved == files.Count ? "" : $" of {proved} of {files.Count} files")}</a>
            """);
    }

    /// <summary>Says how many versions are hidden altogether, and when the first of them appears.</summary>
    static Html Hidden(ShownProject shown)
    {
        var hidden = shown.Snapshot.Files.Hidden.GroupBy(file => file.Distribution.Name.CanonicalVersion)
            .Where(version => !shown.Snapshot.Files.OfVersion(version.Key).Any()).ToList();
        var until = hidden
            .Select(version => version.Max(
                file => Verdict.FindLongest(file.HiddenBy)?.Until ?? DateTimeOffset.MaxValue))
            .Where(end => end < DateTimeOffset.MaxValue).Order().Select(end => (DateTimeOffset?)end).FirstOrDefault();
        return Html.If(hidden.Count > 0, $"""
            <a class="badge warn" href="{shown.PathOf(ProjectTab.Releases)}#hidden">{PageText.Count(
                hidden.Count, "version", "versions")} hidden by policy{PageText.Day(", until ", until)}</a>
            """);
    }

    static Html Reported(ShownProject shown) => Html.If(shown.Snapshot.Files.Reported.Any(), $"""
        <a class="badge warn" href="{shown.PathOf(ProjectTab.Releases)}#reported">reported by policy</a>
        """);

    static Html Python(Release? release) =>
        release?.Files.Select(file => file.RequiresPython).FirstOrDefault(text => text is not null) is { } requires
            ? Html.From($"""<span class="badge">Python <bdi>{requires}</bdi></span>""")
            : Html.Empty;

    /// <summary>Some releases have the whole text of their license in this field.</summary>
    static Html License(ReleaseDetails details) =>
        (details.Metadata?.LicenseExpression ?? details.Metadata?.License) is { Length: > 0 and <= 40 } license
            ? Html.From($"""<span class="badge"><bdi>{license}</bdi></span>""")
            : Html.Empty;
}
