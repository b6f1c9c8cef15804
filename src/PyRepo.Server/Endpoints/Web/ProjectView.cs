using PyRepo.Packaging.Attestations;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Rendering;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The content of a project's page.</summary>
/// <param name="page">The request.</param>
/// <param name="known">The project.</param>
/// <param name="chosen">The release that is shown, or null if there is none.</param>
/// <param name="details">The details from that release's metadata.</param>
/// <param name="name">The project's name as it is spelled.</param>
sealed class ProjectView(
    PageContext page, ProjectAnswer.Known known, Release? chosen, ReleaseDetails details, string name)
{
    readonly ProjectSnapshot _snapshot = known.Snapshot;
    readonly Html _provenance = ProvenanceView.Render(chosen);

    /// <summary>The repositories to which the release can be promoted.</summary>
    public IReadOnlyList<string> PromotionTargets { get; init; } = [];

    /// <summary>The releases that a Maintainer can restore.</summary>
    public DeletedReleases Deleted { get; init; } = DeletedReleases.None;

    /// <summary>Renders the content.</summary>
    public Html Render() => Render(Release.GetList(_snapshot));

    Html Render(List<Release> releases) => Html.From($"""
        <h1><bdi>{name}</bdi>
        {(chosen is null ? Html.Empty : Html.From($"""<span class="version">{chosen.Version}</span>"""))}
        {StatusBadge.Render(_snapshot.Status)}</h1>
        {Notices.Done(DoneText(page.Query("done")))}
        {Html.If(page.Query("done") is "deleted", $"{Deleted.Note}")}
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
        {Html.If(_provenance.Text.Length > 0, $"""<a href="#provenance">Provenance</a>""")}
        <a href="#releases">{PageText.Count(releases.Count, "release", "releases")}</a>
        <a href="{page.Root}stats/?project={_snapshot.Project.Value}">Statistics</a>
        {Html.If(_snapshot.Files.Waived.Any(), $"""<a href="#waived">Waivers</a>""")}
        {Html.If(_snapshot.Files.Reported.Any(), $"""<a href="#reported">Reported files</a>""")}
        {Html.If(HasHidden, $"""<a href="#hidden">Hidden files</a>""")}
        {Html.If(MayMaintain, $"""<a href="#maintenance">Maintenance</a>""")}
        {Html.If(Deleted.Releases.Length > 0, $"""<a href="#deleted">Deleted releases</a>""")}
        </nav>
        {(chosen is null ? Html.Empty : About())}
        {FilesView.Render(page, chosen)}
        {_provenance}
        {ReleasesView.Render(page, _snapshot.Project, releases, chosen)}
        {WaivedFilesView.Render(_snapshot)}
        {ReportedFilesView.Render(_snapshot)}
        {HiddenFilesView.Render(_snapshot)}
        {(MayMaintain ? MaintenanceView.Render(page, _snapshot, chosen, PromotionTargets, Deleted) : Html.Empty)}
        """);

    Html About() => Html.From($"""
        <div class="columns">
        <article>
        <h2 id="description">Description</h2>
        {(details.Description.Text.Length > 0
            ? details.Description
            : Html.From($"<p>This release has no description.</p>"))}
        </article>
        <aside aria-label="About this release">{MetadataView.Render(details.Metadata, chosen, known)}</aside>
        </div>
        """);

    bool HasHidden => _snapshot.Files.Hidden.Any();

    bool MayMaintain => page.MayMaintain(_snapshot.Project);

    static string? DoneText(string? done) => done switch
    {
        "yanked" => "The release is yanked: installers skip it unless its version is pinned.",
        "unyanked" => "The release is no longer yanked.",
        "promoted" => "The release is now in the other repository.",
        "deleted" => "The release is deleted. The names of its files stay reserved.",
        "restored" => "The release's deleted files are visible again, as far as their bytes were still stored.",
        "status" => "The status is set.",
        "uploaded" => "The file is uploaded.",
        _ => null,
    };

    Html Status() => _snapshot.Status is ProjectStatus.Active
        ? Html.Empty
        : Html.From($"""
            <p class="notice" role="status">This project is {_snapshot.Status.ToName()}.
            <bdi>{_snapshot.StatusReason}</bdi></p>
            """);

    Html Yanked() => chosen is { IsYanked: true }
        ? Html.From($"""
            <p class="notice bad" role="status">This release is yanked{(chosen.Files[0].Yanked is { Length: > 0 } reason
                ? Html.From($": <bdi>{reason}</bdi>") : Html.From($"."))}</p>
            """)
        : Html.Empty;

    Html Install()
    {
        if (chosen is null)
            return Html.From($"<p>This project has no files that can be installed from here.</p>");
        // An installer takes a yanked release only by its very version.
        var pin = Release.GetLatest(_snapshot)!.IsSame(chosen) && !chosen.IsYanked ? "" : $"=={chosen.Version}";
        return CopyLine.Render(
            $"pip install --index-url {page.Request.AbsoluteBase()}simple/ {_snapshot.Project.Value}{pin}", "pip");
    }
}

/// <summary>The files that a proxy's policy hides, and why.</summary>
static class HiddenFilesView
{
    const int MaxFiles = 100, MaxVerdicts = 20;

    /// <summary>Creates the list; nothing if no file is hidden.</summary>
    public static Html Render(ProjectSnapshot snapshot)
    {
        var hidden = snapshot.Files.Hidden.Reverse().ToList();
        return Html.If(hidden.Count > 0, $"""
            <h2 id="hidden">Hidden by the policy</h2>
            <p>{PageText.Count(hidden.Count, "file is", "files are")} hidden from installers.</p>
            <ul class="hidden">{hidden.Take(MaxFiles).Select(File)}</ul>
            """);
    }

    static Html File(SnapshotFile file) => Html.From($"""
        <li><b><bdi>{file.Distribution.Name.FileName}</bdi></b>
        <ul>{file.HiddenBy.Take(MaxVerdicts).Select(Verdict)}</ul></li>

        """);

    static Html Verdict(Verdict verdict) => Html.From($"""
        <li><code>{verdict.Rule}</code> <bdi>{verdict.Reason}</bdi>{Times(verdict)}</li>
        """);

    static Html Times(Verdict verdict) =>
        Html.From($"{PageText.Day(", since ", verdict.Since)}{PageText.Day(", until ", verdict.Until)}");
}

/// <summary>The files of a release.</summary>
static class FilesView
{
    /// <summary>The files that are listed at once. The others are in the Simple index.</summary>
    const int MaxFiles = 500;

    /// <summary>Creates the table; nothing without a release.</summary>
    public static Html Render(PageContext page, Release? release) => release is null ? Html.Empty : Html.From($"""
        <h2 id="files">Files of {release.Version}</h2>
        <div class="scroll" tabindex="0" role="region" aria-label="Files">
        <table>
        <thead><tr><th scope="col">File</th><th scope="col">Kind</th><th scope="col">Size</th>
        <th scope="col">Uploaded</th><th scope="col">SHA-256</th></tr></thead>
        <tbody>{release.Files.Take(MaxFiles).Select(file => Row(page, file))}</tbody>
        </table>
        </div>
        {Html.If(release.Files.Count > MaxFiles, $"""
            <p>These are {MaxFiles} of {PageText.Count(release.Files.Count, "file", "files")}. All are in the
            <a href="{page.Root}simple/{release.Files[0].Name.Project.Value}/">Simple index</a>.</p>
            """)}
        """);

    static Html Row(PageContext page, Distribution file) => Html.From($"""
        <tr><td><a href="{page.Root}{FileLinks.FromBase(file)}" rel="nofollow"><bdi>{file.Name.FileName}</bdi></a>
        {Html.If(file.Yanked is not null, $"""<span class="badge bad">yanked</span>""")}</td>
        <td>{file.Name.PackageType.ToName()}</td>
        <td class="size">{(file.Size is { } size ? PageText.Size(size) : "")}</td>
        <td>{(file.UploadedAt is { } time ? PageText.Day(time) : Html.Empty)}
        {Html.If(file.UploadedBy is not null, $"by <bdi>{file.UploadedBy}</bdi>")}</td>
        <td><code class="hash">{file.Sha256?.ToString() ?? ""}</code>
        {Html.If(file.Provenance is not null, $"""
            <a href="{page.Root}{Provenance.GetPath(file.Name)}" rel="nofollow">provenance</a>
            """)}</td></tr>

        """);
}

/// <summary>The releases of a project.</summary>
static class ReleasesView
{
    /// <summary>The releases that are listed at once. The others are in the Simple index.</summary>
    const int MaxReleases = 500;

    /// <summary>Creates the list, the newest first.</summary>
    public static Html Render(
        PageContext page, ProjectName project, List<Release> releases, Release? chosen) => Html.From($"""
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
        return Html.From($"""
            <li><a href="{link}"{current}>{release.Version}</a>
            {Html.If(release.Parsed is { IsPrerelease: true }, $"""<span class="badge">pre-release</span>""")}
            {Html.If(release.IsYanked, $"""<span class="badge bad">yanked</span>""")}
            <span class="when">{PageText.Count(release.Files.Count, "file", "files")}{PageText.Day(", ", newest)}</span>
            {YankReason(release)}</li>

            """);
    }

    static Html YankReason(Release release) => release is { IsYanked: true } && release.Files[0] is var file
        ? Html.From($"<p><bdi>{file.Yanked}</bdi>{YankedBy(file)}</p>")
        : Html.Empty;

    static Html YankedBy(Distribution file) => Html.If(
        file.YankedBy is not null,
        $" – yanked by <bdi>{file.YankedBy}</bdi>{PageText.Day(" on ", file.YankedAt)}");
}
