using System.Net;
using System.Text.RegularExpressions;
using PyRepo.Resources.Access;
using PyRepo.Server.Tests.Endpoints.Http;

namespace PyRepo.Server.Tests.Serving.Routing;

/// <summary>Nothing that a page offers to somebody is refused to them.</summary>
public sealed partial class OfferedLinksTests
{
    const string Html = "text/html,application/xhtml+xml,*/*;q=0.8";

    /// <summary>The pages that somebody may come to by a link from elsewhere.</summary>
    static readonly string[] _entries =
    [
        "", "project/", $"project/{AccessWorld.Project}/", "search/?q=acme", "stats/", "upload/", "tokens/",
        "downloads/", "retention/", "login/", "nothing/here",
    ];

    public static TheoryData<CallerKind, string, GrantScope> Callers()
    {
        var callers = new TheoryData<CallerKind, string, GrantScope>();
        foreach (var kind in (CallerKind[])[CallerKind.Anonymous, CallerKind.User, CallerKind.NarrowApiToken])
        {
            foreach (var role in Enum.GetNames<Role>())
            {
                foreach (var scope in Enum.GetValues<GrantScope>())
                    callers.Add(kind, role, scope);
            }
        }
        return callers;
    }

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task No_link_and_no_form_of_a_page_is_forbidden(CallerKind kind, string role, GrantScope scope)
    {
        using var world = await AccessWorld.CreateAsync(kind, Enum.Parse<Role>(role), scope);
        var forbidden = new List<string>();
        var seen = new HashSet<string>();
        var open = new Queue<(string Path, string From)>(_entries.Select(entry => (entry, "")));
        while (open.TryDequeue(out var next))
        {
            Assert.True(seen.Count < 500, $"Links lead on and on: '{next.Path}', from '{next.From}'.");
            var page = await world.SendAsync(next.Path, "GET", null, Html);
            if (page.Response.StatusCode == 403 && next.From.Length > 0)
                forbidden.Add($"'{next.Path}', to which '{next.From}' leads");
            if (page.Response.StatusCode == 403 && !Link.IsMatch(RequestFor.GetBody(page)))
                forbidden.Add($"'{next.Path}' says nothing");
            if (page.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) is not true)
                continue;
            foreach (var (method, path) in Offered(next.Path, RequestFor.GetBody(page)))
            {
                if (!seen.Add($"{method}{path}"))
                    continue;
                if (method.Length == 0)
                    open.Enqueue((path, next.Path));
                // The empty form of the sign-in page is refused with 403, since browsers ask for a password at 401.
                else if (path != "login/"
                    && (await world.SendAsync(path, method, null, Html)).Response.StatusCode == 403)
                    forbidden.Add($"{method} '{path}', for which '{next.Path}' has a form");
            }
        }
        Assert.Empty(forbidden);
    }

    /// <summary>The links and forms of a page that lead to paths of the repository.</summary>
    static IEnumerable<(string Method, string Path)> Offered(string page, string html)
    {
        var at = new Uri($"http://localhost/team-a/{page}");
        foreach (Match link in Link.Matches(html))
        {
            var target = new Uri(at, WebUtility.HtmlDecode(link.Groups["to"].Value));
            var path = target.GetComponents(UriComponents.PathAndQuery, UriFormat.UriEscaped);
            var isPost = link.Value.Contains("method=\"post\"", StringComparison.Ordinal);
            if (target.Host == "localhost" && path.StartsWith("/team-a/", StringComparison.Ordinal))
                yield return (isPost ? "POST" : "", path["/team-a/".Length..]);
        }
    }

    [GeneratedRegex(
        "<a [^>]*href=\"(?<to>[^\"#]*)\"|<form [^>]*action=\"(?<to>[^\"]*)\"")]
    static partial Regex Link { get; }
}
