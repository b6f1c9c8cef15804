namespace PyRepo.Server.Web;

/// <summary>Links to what somebody wrote into a package's metadata.</summary>
static class SafeUrl
{
    /// <summary>Creates a link, or only the text if the URL is not one of a page or an address.</summary>
    public static Html Link(string? url, string text) =>
        Uri.TryCreate(url, UriKind.Absolute, out var target) && target.Scheme is "http" or "https" or "mailto"
            ? Html.Of(
                $"""<a href="{target.AbsoluteUri}" rel="nofollow noopener noreferrer ugc"><bdi>{text}</bdi></a>""")
            : Html.Of($"<bdi>{text}</bdi>");
}
