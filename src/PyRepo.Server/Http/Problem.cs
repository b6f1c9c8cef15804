using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Http;

/// <summary>Translates every failure to the wire; no other place does.</summary>
/// <remarks>
/// The sentence stands in the reason phrase, which is all that hatch and flit show, and in the body, which is all that
/// HTTP/2 leaves.
/// </remarks>
static class Problem
{
    const int MaxReasonLength = 400;

    /// <summary>The status and the sentence of a failure.</summary>
    public static (int Status, string Sentence) Of(Exception error) => error switch
    {
        RequestRejectedException rejection => (rejection.Status, rejection.Message),
        RejectedException rejection => (StatusOf(rejection.Reason), rejection.Message),
        StoreFullException => (507, "There is no room left for this file. Nothing was stored; tell the administrator."),
        BadHttpRequestException bad => (bad.StatusCode, bad.Message),
        InvalidDataException damaged => (500, damaged.Message),
        _ => (500, "The server failed at this request. Its log says more."),
    };

    static int StatusOf(RejectionReason reason) => reason switch
    {
        RejectionReason.Unauthenticated => StatusCodes.Status401Unauthorized,
        RejectionReason.Forbidden => StatusCodes.Status403Forbidden,
        RejectionReason.Obsolete => StatusCodes.Status410Gone,
        RejectionReason.TooLarge => StatusCodes.Status413PayloadTooLarge,
        // twine, poetry and pdm look for "File already exists" in a 400 when told to skip existing files.
        RejectionReason.Invalid or RejectionReason.AlreadyExists => StatusCodes.Status400BadRequest,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Answers a request with a failure, or breaks the connection off when the answer had already begun.</summary>
    public static async Task WriteAsync(HttpContext context, Exception error, ILogger logger)
    {
        if (error is OperationCanceledException or ConnectionAbortedException or IOException { InnerException: ConnectionAbortedException }
            && context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        var (status, sentence) = Of(error);
        if (error is RequestRejectedException && status >= 500)
            Log.RequestRejected(logger, context.Request.Method, context.Request.Path.Value ?? "", status, sentence);
        else if (status >= 500)
            Log.RequestFailed(logger, context.Request.Method, context.Request.Path.Value ?? "", status, error);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        context.Response.Clear();
        if (error is RequestRejectedException { Allow: { } allowed })
            context.Response.Headers.Allow = allowed;
        if (error is RequestRejectedException { RetryAfter: { } wait })
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (status == 401)
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"pyrepo\", charset=\"UTF-8\"";
        await WriteAsync(context, status, sentence);
    }

    static async Task WriteAsync(HttpContext context, int status, string sentence)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = ReasonOf(sentence);
        byte[] body;
        if (WantsJson(context.Request))
        {
            // uv reads the body only if the type is exactly this, without a charset.
            response.ContentType = "application/json";
            var problem = new ProblemBody(sentence, $"{status} {sentence}", ReasonPhrases.GetReasonPhrase(status));
            body = JsonSerializer.SerializeToUtf8Bytes(problem, ProblemJson.Readable.ProblemBody);
        }
        else
        {
            response.ContentType = "text/plain; charset=utf-8";
            body = System.Text.Encoding.UTF8.GetBytes($"{status} {sentence}\n");
        }
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(body);
    }

    static bool WantsJson(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase)
        || request.Path.Value!.EndsWith("/json", StringComparison.Ordinal);

    static string ReasonOf(string sentence) => string.Create(
        Math.Min(sentence.Length, MaxReasonLength), sentence, static (reason, text) =>
        {
            for (var i = 0; i < reason.Length; i++)
                reason[i] = text[i] is >= ' ' and <= '~' ? text[i] : '?';
        });
}
