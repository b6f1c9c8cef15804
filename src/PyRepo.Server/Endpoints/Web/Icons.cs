namespace PyRepo.Server.Endpoints.Web;

/// <summary>Drawings that stand beside words, which say the same.</summary>
static class Icons
{
    /// <summary>A magnifying glass.</summary>
    public static Html Search { get; } = Create("M11 11l3.5 3.5M12.5 7a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0z");

    /// <summary>Three lines.</summary>
    public static Html Menu { get; } = Create("M2 4h12M2 8h12M2 12h12");

    /// <summary>The mark of the program: a parcel.</summary>
    public static Html Mark { get; } = new($"""
        <svg class="mark" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
        <rect width="24" height="24" rx="6"/><path d="{Parcel}"/></svg>
        """);

    /// <summary>The mark as the address of an image, for the browser's tab.</summary>
    public static Html Favicon { get; } = new(
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E"
        + "%3Crect width='24' height='24' rx='6' fill='%233646c8'/%3E%3Cpath d='" + Parcel
        + "' fill='none' stroke='%23fff' stroke-width='1.6' stroke-linejoin='round'/%3E%3C/svg%3E");

    const string Parcel = "M12 4.5l6.5 3.7v7.6L12 19.5l-6.5-3.7V8.2zM5.5 8.2L12 12l6.5-3.8M12 12v7.5";

    static readonly Html _home = Create("M2 7.5L8 2l6 5.5M3.5 6.5V14h9V6.5");
    static readonly Html _code = Create("M5 4L1.5 8 5 12M11 4l3.5 4-3.5 4");
    static readonly Html _book = Create(
        "M8 3.5v10M8 3.5C6 2 3.5 2 1.5 2.5v10c2-.5 4.5-.5 6.5 1 2-1.5 4.5-1.5 6.5-1v-10c-2-.5-4.5-.5-6.5 1z");

    static readonly Html _bug = Create(
        "M5 6.5h6v4a3 3 0 0 1-6 0zM6 6V5a2 2 0 0 1 4 0v1M5 9H2M14 9h-3M5 6.5L3 5M11 6.5L13 5M5 12l-2 1.5M11 12l2 1.5");

    static readonly Html _list = Create("M5.5 4H14M5.5 8H14M5.5 12H14M2 4h.5M2 8h.5M2 12h.5");
    static readonly Html _link = Create("M9 2.5h4.5V7M13.5 2.5L7 9M6 3.5H2.5v10h10V10");

    /// <summary>Returns the drawing for a link of a project, by what its author calls it.</summary>
    public static Html OfLink(string label) => Normalize(label) switch
    {
        "homepage" or "home" or "website" => _home,
        "source" or "sourcecode" or "repository" or "github" or "gitlab" or "code" => _code,
        "documentation" or "docs" or "readthedocs" => _book,
        "issues" or "bugs" or "issue" or "tracker" or "issuetracker" or "bugtracker" or "report" => _bug,
        "changelog" or "changes" or "releasenotes" or "whatsnew" or "history" => _list,
        _ => _link,
    };

    /// <summary>As PyPI compares labels: without case, spaces and punctuation.</summary>
    static string Normalize(string label) => label.Length > 30
        ? ""
        : string.Concat(label.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    static Html Create(string path) => new($"""
        <svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d="{path}"/></svg>
        """);
}
