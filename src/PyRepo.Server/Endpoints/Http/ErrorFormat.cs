using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>The format of an error's body.</summary>
enum ErrorFormat
{
    /// <summary>
    /// <c>application/problem+json</c> (<see href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</see>).
    /// </summary>
    Problem,

    /// <summary>The same object as <c>application/json</c>.</summary>
    Json,

    /// <summary><c>text/plain</c>.</summary>
    Text,
}

/// <summary>Chooses the format of an error's body.</summary>
static class ErrorFormats
{
    const string Problem = "application/problem+json", Json = "application/json";
    const string Text = "text/plain", Html = "text/html";

    /// <summary>Chooses the format for a request.</summary>
    public static ErrorFormat Choose(HttpRequest request) =>
        Choose(request.Headers.Accept.ToString(), HttpMethods.IsPost(request.Method) && request.HasFormContentType);

    /// <summary>Chooses the format.</summary>
    /// <param name="accept">The header, or an empty string.</param>
    /// <param name="isForm">
    /// Whether the client uploads a form. Of these clients, those that name no format show the body as it is.
    /// </param>
    public static ErrorFormat Choose(string accept, bool isForm) => Find(accept, isForm) ?? ErrorFormat.Text;

    /// <summary>Whether a client likes HTML better than what an error may be sent as.</summary>
    public static bool PrefersHtml(string accept) =>
        accept.Contains(Html, StringComparison.OrdinalIgnoreCase) && Find(accept, isForm: false) is null;

    /// <returns>The format, or null if the client would rather have HTML.</returns>
    static ErrorFormat? Find(string accept, bool isForm)
    {
        if (accept.Length == 0 || !MediaTypeHeaderValue.TryParseList(accept.Split(','), out var ranges))
            return ErrorFormat.Text;
        var (best, chosen) = (0.0, (ErrorFormat?)ErrorFormat.Text);
        foreach (var range in ranges)
        {
            var isHtml = range.MediaType.Equals(Html, StringComparison.OrdinalIgnoreCase);
            var format = isHtml ? null : GetFormat(range, isForm);
            if (format is null && !isHtml)
                continue;
            // What a client names comes before what it only does not exclude.
            var quality = (range.Quality ?? 1) + (range.MatchesAllTypes || range.MatchesAllSubTypes ? 0 : 0.0001);
            if (range.Quality is not 0 && quality > best)
                (best, chosen) = (quality, format);
        }
        return chosen;
    }

    /// <summary>Returns the format in a range, or null if there is none.</summary>
    static ErrorFormat? GetFormat(MediaTypeHeaderValue range, bool isForm) => range.MediaType.Value switch
    {
        Problem => ErrorFormat.Problem,
        Json => ErrorFormat.Json,
        Text or "text/*" => ErrorFormat.Text,
        "*/*" or "application/*" => isForm ? ErrorFormat.Text : ErrorFormat.Problem,
        // uv names only these when it reads a page, and shows a reason only if it is a problem.
        { } type when type.StartsWith("application/vnd.pypi.", StringComparison.OrdinalIgnoreCase)
            && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase) => ErrorFormat.Problem,
        _ => null,
    };
}
