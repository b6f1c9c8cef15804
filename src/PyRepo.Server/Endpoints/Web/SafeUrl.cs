using PyRepo.Server.Content.Descriptions;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>Links to what somebody wrote into a package's metadata.</summary>
static class SafeUrl
{
    /// <summary>Creates a link, or only the text if the URL is not one of a page or an address.</summary>
    public static Html Link(string? url, string text) => SafeLink.External(url) is { } address
        ? Html.From($"""<a href="{address}" rel="{SafeLink.Relations}"><bdi>{text}</bdi></a>""")
        : Html.From($"<bdi>{text}</bdi>");
}
