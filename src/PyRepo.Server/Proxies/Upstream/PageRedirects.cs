using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>
/// Where an upstream may redirect the request for a project's page. GitLab and pypiserver redirect names that they do
/// not have to PyPI: such a page is PyPI's, and nobody has asked PyPI's proxy, which has a policy.
/// </summary>
/// <param name="settings">The upstream, and whether all redirects are followed.</param>
/// <param name="clock">Measures how old the last look at the list is.</param>
/// <param name="logger">Says where pages are not followed to.</param>
/// <param name="readList">
/// Reads the names of all projects, after it has called <see cref="NoteList"/>; null: upstream has no list.
/// </param>
sealed class PageRedirects(
    UpstreamSettings settings, TimeProvider clock, ILogger logger, Func<Task<FrozenSet<ProjectName>?>> readList)
{
    /// <summary>How long pages are followed to where the list was.</summary>
    static readonly TimeSpan _listTtl = TimeSpan.FromMinutes(1);

    ListPlace? _list;

    /// <summary>Those who ask at the same time share a list, which is read after upstream has redirected them.</summary>
    SharedQueries<Uri, FrozenSet<ProjectName>?> Lists => field ??= new(_ => readList(), clock);

    /// <summary>Notes where upstream's list of projects came from.</summary>
    public void NoteList(Uri url)
    {
        var place = FolderOf(url);
        if (!IsBelow(settings.Url, place) && _list?.Url != place)
            Log.ListElsewhere(logger, settings.Name, UpstreamConnection.Redacted(place));
        _list = new ListPlace(place, clock.GetTimestamp());
    }

    /// <summary>Whether a redirect of a project's page is followed.</summary>
    public bool Includes(ProjectName project, Uri target) => settings.FollowsPagesElsewhere
        || (NamesProject(target, project) && (IsBelow(settings.Url, ParentOf(target)) || IsBelowList(target)));

    /// <summary>
    /// Decides what a redirect that was not followed means. Null: the whole list of projects is there, too, so that
    /// upstream has moved, and the redirect is followed now. One to the same project of another index says that
    /// upstream does not have it, unless it lists it.
    /// </summary>
    /// <exception cref="UpstreamUnavailableException">
    /// It may be one to a login form, or to another project, or it is not known what upstream has.
    /// </exception>
    public async Task<UpstreamPage?> JudgeAsync(
        ProjectName project, UpstreamPage.Redirected redirect, CancellationToken cancellationToken)
    {
        if (!NamesProject(redirect.Target, project))
            throw Unusable(project, redirect, "that is not its page");
        var names = await Lists.AskAsync(settings.Url, cancellationToken);
        if (IsBelowList(redirect.Target))
            return null;
        if (names?.Contains(project) is true)
            throw Unusable(project, redirect, "of another index, although it lists the project");
        var index = UpstreamConnection.Redacted(ParentOf(redirect.Target));
        Log.ForwardedElsewhere(logger, settings.Name, project.Value, index);
        return new UpstreamPage.Refused(GetMessage(project, "of another index")) { IsRedirect = true };
    }

    /// <summary>Whether a URL may be that of a project's page: its name is the last segment of the path.</summary>
    static bool NamesProject(Uri url, ProjectName project) => SegmentsOf(url) is [.., var last]
        && ProjectName.TryParse(Uri.UnescapeDataString(last), out var name) && name == project;

    bool IsBelowList(Uri target) => _list is { } list && clock.GetElapsedTime(list.ReadAt) < _listTtl
        && IsBelow(list.Url, ParentOf(target));

    /// <summary>
    /// Whether a folder is an index's own, or the same with TLS on the usual ports. Another folder of the host may be
    /// another index.
    /// </summary>
    static bool IsBelow(Uri index, Uri folder) => FolderOf(index).AbsolutePath == folder.AbsolutePath
        && (UpstreamSettings.SameOrigin(index, folder)
            || (index is { Scheme: "http", Port: 80 } && folder is { Scheme: "https", Port: 443 }
                && folder.IdnHost.Equals(index.IdnHost, StringComparison.OrdinalIgnoreCase)));

    static Uri FolderOf(Uri url) => At(url, SegmentsOf(url));

    static Uri ParentOf(Uri page) => At(page, SegmentsOf(page)[..^1]);

    static Uri At(Uri url, string[] segments) =>
        new(url, segments.Length == 0 ? "/" : $"/{string.Join('/', segments)}/");

    /// <summary>The folders of a path; a file at its end that web servers show for a folder is none.</summary>
    static string[] SegmentsOf(Uri url)
    {
        var segments = url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments is [.., "index.html" or "index.json"] ? segments[..^1] : segments;
    }

    UpstreamUnavailableException Unusable(ProjectName project, UpstreamPage.Redirected redirect, string what) =>
        new(GetMessage(project, what))
        {
            Detail = $"{settings.Name} redirects {UpstreamConnection.Redacted(redirect.From)} to "
                + $"{UpstreamConnection.Redacted(redirect.Target)}, {what}. {Advice}",
        };

    const string Advice = "If that is right, set spec.upstream.redirects to Follow.";

    string GetMessage(ProjectName project, string what) =>
        $"{settings.Name} redirects the page of '{project}' to a URL {what}. {Advice}";

    /// <param name="Url">The folder that the list came from, after redirects.</param>
    /// <param name="ReadAt">When, as the clock's timestamp.</param>
    sealed record ListPlace(Uri Url, long ReadAt);
}
