using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The fields of a page's form.</summary>
sealed class PageForm
{
    readonly Dictionary<string, StringValues> _fields;

    PageForm(Dictionary<string, StringValues> fields) => _fields = fields;

    /// <summary>The trimmed value of a field, or null if it is missing or empty.</summary>
    public string? this[string field] =>
        _fields.TryGetValue(field, out var values) && values.ToString().Trim() is { Length: > 0 } text ? text : null;

    /// <summary>The value of a field as it was sent, or null if it is missing.</summary>
    public string? Exact(string field) => _fields.TryGetValue(field, out var values) ? values.ToString() : null;

    /// <summary>Reads the form that a browser sent.</summary>
    /// <exception cref="RejectedException">413: it is too long.</exception>
    public static async Task<PageForm> ReadAsync(RepositoryRequest request)
    {
        var body = await RequestBody.ReadAsync(request.Context, ServerLimits.MaxApiBodyLength)
            ?? throw new RejectedException(RejectionReason.TooLarge, "The request is too long.");
        return new PageForm(QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body)));
    }

    /// <summary>Leads to a page by GET, so that a reload does not send the form again.</summary>
    public static void Redirect(RepositoryRequest request, string path)
    {
        var response = request.Context.Response;
        response.StatusCode = StatusCodes.Status303SeeOther;
        response.Headers.Location = request.Repository.BasePath + path;
        response.Headers.CacheControl = "no-store";
    }
}
