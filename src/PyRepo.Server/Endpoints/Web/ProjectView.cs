using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The content of a project's page.</summary>
/// <param name="page">The request.</param>
/// <param name="known">The project.</param>
/// <param name="chosen">The release that is shown, or null if there is none.</param>
/// <param name="details">What that release's metadata says.</param>
/// <param name="name">The project's name as it is spelled.</param>
sealed class ProjectView(
    PageContext page, ProjectAnswer.Known known, Release? chosen, ReleaseDetails details, string name)
{
    readonly ProjectSnapshot _snapshot = known.Snapshot;

    /// <summary>The repositories to which the release can be promoted.</summary>
    public IReadOnlyList<string> PromotionTargets { get; init; } = [];

    /// <summary>Renders the content.</summary>
    public Html Render() => Render(Release.ListOf(_snapshot));

    Html Render(List<Release> releases) => Html.Of($"""
        <h1><bdi>{name}</bdi>
        {(chosen is null ? Html.Empty : Html.Of($"""<span class="version">{chosen.Version}</span>"""))}
        {StatusBadge.Of(_snapshot.Status)}</h1>
        {Notices.Done(DoneText(page.Query("done")))}
        {Status()}
        {Html.If(_snapshot.StaleSince is not null, $"""
            <p class="notice" role="status">Upstream does not answer. This is what was known before.</p>
            """)}
        {Html.If(details.Metadata?.Summary is not null, $"""
            <p class="lead"><bdi>{details.Metadata?.Summary}</bdi></p>
            """)}
        {Yanked()}
        {Install()}
        <nav class="toc" aria-label="On this page">
        {Html.If(chosen is not null, $"""<a href="#description">Description</a> <a href="#files">Files</a>""")}
        <a href="#releases">{PageText.Count(releases.Count, "release", "releases")}</a>
        <a href="{page.Root}stats/?project={_snapshot.Project.Value}">Statistics</a>
        {Html.If(HasHidden, $"""<a href="#hidden">Hidden files</a>""")}
        {Html.If(MayMaintain, $"""<a href="#maintenance">Maintenance</a>""")}
        </nav>
        {(chosen is null ? Html.Empty : About())}
        {FilesView.Of(page, chosen)}
        {ReleasesView.Of(page, _snapshot.Project, releases, chosen)}
        {HiddenFilesView.Of(_snapshot)}
        {(MayMaintain ? MaintenanceView.Of(page, _snapshot, chosen, PromotionTargets) : Html.Empty)}
        """);

    Html About() => Html.Of($"""
        <div class="columns">
        <article>
        <h2 id="description">Description</h2>
        {(details.Description.Text.Length > 0
            ? details.Description
            : Html.Of($"<p>This release has no description.</p>"))}
        </article>
        <aside aria-label="About this release">{MetadataView.Of(details.Metadata, chosen, known)}</aside>
        </div>
        """);

    bool HasHidden => _snapshot.Files.Hidden.Any();

    bool MayMaintain => page.MayMaintain(_snapshot.Project);

    static string? DoneText(string? done) => done switch
    {
        "yanked" => "The release is yanked: installers skip it unless its version is pinned.",
        "unyanked" => "The release is no longer yanked.",
        "promoted" => "The other repository has the release now.",
        "deleted" => "The release is deleted. The names of its files stay reserved.",
        "status" => "The status is set.",
        "uploaded" => "The file is uploaded.",
        _ => null,
    };

    Html Status() => _snapshot.Status is ProjectStatus.Active
        ? Html.Empty
        : Html.Of($"""
            <p class="notice" role="status">This project is {_snapshot.Status.ToName()}.
            <bdi>{_snapshot.StatusReason}</bdi></p>
            """);

    Html Yanked() => chosen is { IsYanked: true }
        ? Html.Of($"""
            <p class="notice bad" role="status">This release is yanked{(chosen.Files[0].Yanked is { Length: > 0 } reason
                ? Html.Of($": <bdi>{reason}</bdi>") : Html.Of($"."))}</p>
            """)
        : Html.Empty;

    Html Install()
    {
        if (chosen is null)
            return Html.Of($"<p>This project has no files that can be installed from here.</p>");
        // An installer takes a yanked release only by its very version.
        var pin = Release.LatestOf(_snapshot)!.IsSame(chosen) && !chosen.IsYanked ? "" : $"=={chosen.Version}";
        return CopyLine.Of(
            $"pip install --index-url {page.Request.AbsoluteBase()}simple/ {_snapshot.Project.Value}{pin}", "pip");
    }
}
