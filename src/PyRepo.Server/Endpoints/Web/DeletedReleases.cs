using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Values;
using PyRepo.Server.Hosted.Undo;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The releases of a project that a Maintainer can restore.</summary>
/// <param name="Releases">The releases with deleted files, the last deleted ones first.</param>
/// <param name="KeepFor">How long bytes are kept.</param>
sealed record DeletedReleases(ImmutableArray<RestorableRelease> Releases, TimeSpan KeepFor)
{
    /// <summary>The releases that are listed at once. The command restores others, too.</summary>
    const int MaxReleases = 50;

    /// <summary>Nothing, and nothing is kept.</summary>
    public static DeletedReleases None { get; } = new([], TimeSpan.Zero);

    /// <summary>Whether a deletion can be undone, before it is confirmed.</summary>
    public string Warning => KeepFor == TimeSpan.Zero
        ? "This cannot be undone."
        : $"This can be undone for {new Duration(KeepFor)}.";

    /// <summary>Creates the list with its buttons; nothing if there is nothing to restore.</summary>
    public Html Render(PageContext page, ProjectName project) => Html.If(!Releases.IsEmpty, $"""
        <h3 id="deleted">Deleted releases</h3>
        <p>Restored files are the same as before, with their upload times.</p>
        <ul class="releases">{Releases.Take(MaxReleases).Select(release => Row(page, project, release))}</ul>
        {Html.If(Releases.Length > MaxReleases, $"""
            <p>These are the last {MaxReleases}. <code>pyrepo restore-release {project.Value}==VERSION</code> restores
            others.</p>
            """)}
        """);

    static Html Row(PageContext page, ProjectName project, RestorableRelease release) => Html.From($"""
        <li>{release.Version} <span class="when">{PageText.Count(release.Files.Length, "file", "files")}, deleted by
        <bdi>{release.By}</bdi> on {PageText.Day(release.At)}, can be restored{Until(release)}</span>
        <form method="post" action="{page.Root}project/{project.Value}/">
        <input type="hidden" name="action" value="restore">
        <input type="hidden" name="version" value="{release.Version}">
        <button class="secondary">Restore {release.Version}</button>
        </form></li>

        """);

    static Html Until(RestorableRelease? release) =>
        release?.Until is { } end ? Html.From($" until {PageText.Time(end)}") : Html.Empty;
}
