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
/// Reads the list of projects, so that <see cref="NoteList"/> is called. It returns if upstream has no list.
/// </param>
sealed class PageRedirects(UpstreamSettings settings, TimeProvider clock, ILogger logger, Func<Task> readList)
{
    /// <summary>How long it is not asked again where the list is.</summary>
    static readonly TimeSpan _listTtl = TimeSpan.FromMinutes(1);

    ListPlace? _list;

    SharedQueries<Uri, ListPlace> Lists => field ??= new(_ => FindListAsync(), clock);

    /// <summary>Notes where upstream's list of projects came from.</summary>
    public void NoteList(Uri url) => _list = new ListPlace(url, clock.GetTimestamp());

    /// <summary>Whether a redirect of a project's page is followed.</summary>
    public bool Includes(ProjectName project, Uri target) =>
        settings.FollowsPagesElsewhere || (NamesProject(target, project) && (IsOwn(target) || HoldsList(target)));

    /// <summary>
    /// Whether a redirect that was not followed leads to where the whole list of projects is now: then upstream has
    /// moved there.
    /// </summary>
    /// <exception cref="UpstreamUnavailableException">It is not known where the list is.</exception>
    public async Task<bool> IsMoveAsync(ProjectName project, Uri target, CancellationToken cancellationToken)
    {
        if (!NamesProject(target, project) || IsOwn(target))
            return false;
        if (!IsRecent(_list))
            await Lists.AskAsync(settings.Url, cancellationToken);
        return HoldsList(target);
    }

    async Task<ListPlace> FindListAsync()
    {
        var before = _list;
        await readList();
        return _list is { } found && found != before ? found : _list = new ListPlace(null, clock.GetTimestamp());
    }

    /// <summary>
    /// Returns what a redirect that was not followed means. One to the same project of another index says that upstream
    /// does not have it.
    /// </summary>
    /// <exception cref="UpstreamUnavailableException">It may be one to a login form, or to another project.</exception>
    public UpstreamPage Judge(ProjectName project, Uri from, Uri target)
    {
        if (NamesProject(target, project))
        {
            Log.ForwardedElsewhere(logger, settings.Name, project.Value, Origin(target));
            return new UpstreamPage.NotKnown();
        }
        var place = IsOwn(target) ? "not its page" : "of another origin";
        throw new UpstreamUnavailableException(
            $"{settings.Name} redirects the page of '{project}' to a URL that is {place}. If that is right, set "
                + "spec.upstream.redirects to Follow.")
        {
            Detail = $"{settings.Name} redirects {Redacted(from)} to {Redacted(target)}, which is {place}. If that is "
                + "right, set spec.upstream.redirects to Follow.",
        };
    }

    /// <summary>Whether a URL may be that of a project's page: its name is the last segment of the path.</summary>
    public static bool NamesProject(Uri url, ProjectName project)
    {
        var segments = url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments is [.., "index.html" or "index.json"])
            segments = segments[..^1];
        return segments is [.., var last] && ProjectName.TryParse(Uri.UnescapeDataString(last), out var name)
            && name == project;
    }

    /// <summary>Whether a URL has upstream's own origin, or differs from it only by TLS on the usual ports.</summary>
    bool IsOwn(Uri url) => UpstreamSettings.SameOrigin(settings.Url, url)
        || (settings.Url is { Scheme: "http", Port: 80 } && url is { Scheme: "https", Port: 443 }
            && url.IdnHost.Equals(settings.Url.IdnHost, StringComparison.OrdinalIgnoreCase));

    bool HoldsList(Uri url) => _list is { Url: { } list } place && IsRecent(place)
        && UpstreamSettings.SameOrigin(list, url);

    bool IsRecent(ListPlace? list) => list is not null && clock.GetElapsedTime(list.ReadAt) < _listTtl;

    static string Origin(Uri url) => url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    static string Redacted(Uri url) =>
        url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <param name="Url">Where the list came from, after redirects; null: upstream has none.</param>
    /// <param name="ReadAt">When, as the clock's timestamp.</param>
    sealed record ListPlace(Uri? Url, long ReadAt);
}
