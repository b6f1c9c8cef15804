namespace PyRepo.Server.Web;

/// <summary>Links to what somebody wrote into a package's metadata.</summary>
static class SafeUrl
{
    /// <summary>Creates a link, or only the text if the URL is not one of a page or an address.</summary>
    public static Html Link(string? url, string text) =>
        Uri.TryCreate(url, UriKind.Absolute, out var target) && IsSafe(target)
            ? Html.Of(
                $"""<a href="{target.AbsoluteUri}" rel="nofollow noopener noreferrer ugc"><bdi>{text}</bdi></a>""")
            : Html.Of($"<bdi>{text}</bdi>");

    /// <summary>A user name before a host looks like the host: <c>https://example.com@evil.example/</c>.</summary>
    static bool IsSafe(Uri url) => url.Scheme == "mailto" || (url.Scheme is "http" or "https" && url.UserInfo.Length == 0);
}
