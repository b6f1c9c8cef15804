using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>The kind of a request's sender, which decides how a failure is told.</summary>
enum RequestMode
{
    /// <summary>pip, uv, twine and other programs: a body that they show, and a challenge that they answer.</summary>
    Client,

    /// <summary>A person who follows a link, types an address or sends a form: a page.</summary>
    Navigation,

    /// <summary>
    /// The script of a page, or what a page loads: a body for the script, and no challenge, at which a browser would ask
    /// for a password in a dialog of its own.
    /// </summary>
    Script,
}

/// <summary>Tells who sends a request.</summary>
static class RequestModes
{
    /// <summary>
    /// The header of requests by the script of a page. Browsers send Fetch Metadata to a host without TLS only if it is
    /// the machine itself.
    /// </summary>
    public const string ScriptHeader = "X-Requested-With";

    /// <summary>Returns the mode of a request.</summary>
    public static RequestMode Of(HttpRequest request) => Of(
        request.Headers["Sec-Fetch-Mode"].ToString(), request.Headers[ScriptHeader].ToString(),
        request.Headers.Accept.ToString());

    /// <summary>Returns the mode that headers tell.</summary>
    /// <param name="fetchMode">
    /// Sec-Fetch-Mode (<see href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata</see>), or nothing.
    /// </param>
    /// <param name="requestedWith">X-Requested-With, or nothing.</param>
    /// <param name="accept">
    /// Accept, or nothing. Without Fetch Metadata, a browser is known by XHTML, which no program asks for: installers
    /// take other forms or HTML alone, and Java likes HTML best whatever it reads.
    /// </param>
    public static RequestMode Of(string fetchMode, string requestedWith, string accept) =>
        fetchMode == "navigate" ? RequestMode.Navigation
        : fetchMode.Length > 0 || requestedWith.Length > 0 ? RequestMode.Script
        : TakesXhtml(accept) && ErrorFormats.PrefersHtml(accept) ? RequestMode.Navigation
        : RequestMode.Client;

    static bool TakesXhtml(string accept) =>
        MediaTypeHeaderValue.TryParseList(accept.Split(','), out var ranges) && ranges.Any(range =>
            range.MediaType.Equals("application/xhtml+xml", StringComparison.OrdinalIgnoreCase)
            && range.Quality is not 0);
}
