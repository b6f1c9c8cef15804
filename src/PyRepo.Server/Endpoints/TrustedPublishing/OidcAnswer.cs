using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace PyRepo.Server.Endpoints.TrustedPublishing;

/// <summary>Sends the answers of trusted publishing.</summary>
static class OidcAnswer
{
    /// <summary>Sends a body as JSON.</summary>
    public static async Task SendAsync<T>(HttpContext context, int status, string contentType, T body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-store";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, typeof(T), OidcJson.Default);
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>Sends a problem (<see href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</see>).</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status.</param>
    /// <param name="detail">A sentence.</param>
    /// <param name="errors">The reasons with PyPI's codes, or null.</param>
    public static Task RefuseAsync(
        HttpContext context, int status, string detail, IReadOnlyList<OidcError>? errors = null) =>
        SendAsync(
            context, status, "application/problem+json",
            new OidcProblem(ReasonPhrases.GetReasonPhrase(status), status, detail, detail) { Errors = errors });
}

/// <summary>The reason of a refusal. Clients of today read its message and the errors.</summary>
sealed record OidcProblem(string Title, int Status, string Detail, string Message)
{
    /// <summary>The reasons, with PyPI's codes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OidcError>? Errors { get; init; }
}
