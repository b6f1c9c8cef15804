using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;
using PyRepo.Storage;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>Translates every failure into an HTTP response. No other code does this.</summary>
/// <remarks>
/// The message is in the reason phrase, because hatch and flit show nothing else, and in the body, because HTTP/2 has
/// no reason phrase.
/// </remarks>
static class ErrorResponse
{
    const int MaxReasonLength = 400;

    /// <summary>Messages name what a client sent, which may be long.</summary>
    const int MaxMessageLength = 8 << 10;
    const int MaxInstanceLength = 1 << 10;

    /// <summary>The rights of an error's page in a browser: none.</summary>
    const string PagePolicy = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>The message to clients while a bucket cannot be used.</summary>
    public const string StoreAway = "The repository's storage is not available at the moment. Try again.";

    /// <summary>Returns the status and the message of a failure.</summary>
    public static (int Status, string Message) From(Exception error) => error switch
    {
        RejectedException rejection => (GetStatus(rejection.Reason), rejection.Message),
        AuthenticationFailedException { RetryAfter: not null } => (429, error.Message),
        AuthenticationFailedException => (401, error.Message),
        StoreFullException => (
            507, "There is no space left for this file. Nothing was stored. Contact the administrator."),
        StoreUnavailableException or BrokenOffException or AuthenticationUnavailableException
            or OverloadedException => (503, error.Message),
        TooCostlyException => (503, $"This is too expensive for the server. {error.Message}"),
        // Its message names the service, which is nothing to strangers. The log has it.
        BucketException => (503, StoreAway),
        ObjectNotFoundException => (404, "The file was deleted or replaced. Read the project's page again."),
        BadHttpRequestException bad => (bad.StatusCode, bad.Message),
        DamagedFileException => (500, error.Message),
        // Its message names the record, and what is wrong with it.
        InvalidDataException => (500, "The server's data are damaged here. See its log for details."),
        _ => (500, "The server failed to process this request. See its log for details."),
    };

    static TimeSpan? RetryAfter(Exception error) => error switch
    {
        StoreUnavailableException or BucketException or AuthenticationUnavailableException => TimeSpan.FromSeconds(2),
        OverloadedException => OverloadedException.RetryAfter,
        TooCostlyException refused => refused.RetryAfter,
        RejectedException rejection => rejection.RetryAfter,
        AuthenticationFailedException failed => failed.RetryAfter,
        _ => null,
    };

    static int GetStatus(RejectionReason reason) => reason switch
    {
        RejectionReason.Unauthenticated => StatusCodes.Status401Unauthorized,
        RejectionReason.Forbidden => StatusCodes.Status403Forbidden,
        RejectionReason.NotFound => StatusCodes.Status404NotFound,
        RejectionReason.NotAllowed => StatusCodes.Status405MethodNotAllowed,
        RejectionReason.NotAcceptable => StatusCodes.Status406NotAcceptable,
        RejectionReason.Conflict => StatusCodes.Status409Conflict,
        RejectionReason.Obsolete => StatusCodes.Status410Gone,
        RejectionReason.TooLarge => StatusCodes.Status413PayloadTooLarge,
        RejectionReason.Unavailable => StatusCodes.Status503ServiceUnavailable,
        // twine, poetry and pdm look for "File already exists" in a 400 when told to skip existing files.
        RejectionReason.Invalid or RejectionReason.AlreadyExists => StatusCodes.Status400BadRequest,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>
    /// Sends a failure as the response, or aborts the connection if the response has already started.
    /// </summary>
    public static async Task WriteAsync(HttpContext context, Exception error, ILogger logger)
    {
        // The client is gone, which is no failure.
        if (error is ConnectionAbortedException || (context.RequestAborted.IsCancellationRequested
            && error is OperationCanceledException or IOException { InnerException: ConnectionAbortedException }))
        {
            return;
        }
        if (error is BrokenOffException && context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        var (status, message) = From(error);
        if (status >= 500
            && error is RejectedException or BrokenOffException or StoreFullException or StoreUnavailableException
                or BucketException or AuthenticationUnavailableException or OverloadedException or TooCostlyException)
        {
            // Clients are not told the cause: it may name what is nothing to strangers.
            var cause = error is AuthenticationUnavailableException ? error.InnerException?.Message
                : (error as RejectedException)?.Cause;
            Log.RequestRejected(
                logger, context.Request.Method, context.Request.Path.Value ?? "", status,
                $"{message} {cause}".TrimEnd());
        }
        else if (status >= 500)
            Log.RequestFailed(logger, context.Request.Method, context.Request.Path.Value ?? "", status, error);
        else if (error is AuthenticationFailedException failed)
        {
            var user = failed.User ?? "an unknown caller";
            Log.AuthenticationFailed(logger, failed.Repository, user, failed.Address, message);
        }
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        context.Response.Clear();
        AddHeaders(context.Response, error);
        if (status == 401)
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"pyrepo\", charset=\"UTF-8\"";
        await WriteAsync(
            context, status, message.Length > MaxMessageLength ? message[..MaxMessageLength] : message,
            ProblemType.From(error, status), (error as RejectedException)?.HiddenBy);
    }

    /// <summary>Adds what a failure says in headers, other than in its status.</summary>
    public static void AddHeaders(HttpResponse response, Exception error)
    {
        if (error is RejectedException { Allow: { } allowed })
            response.Headers.Allow = allowed;
        if (RetryAfter(error) is { } wait)
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
    }

    static async Task WriteAsync(
        HttpContext context, int status, string message, ProblemType type, Verdict? hiddenBy)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = GetReason(message);
        var format = ErrorFormats.Choose(context.Request);
        // uv reads the body only if the type is exactly this, without a charset.
        response.ContentType = format switch
        {
            ErrorFormat.Problem => "application/problem+json",
            ErrorFormat.Json => "application/json",
            ErrorFormat.Html => "text/html; charset=utf-8",
            _ => "text/plain; charset=utf-8",
        };
        if (format is ErrorFormat.Html)
            response.Headers.ContentSecurityPolicy = PagePolicy;
        var body = format switch
        {
            ErrorFormat.Problem or ErrorFormat.Json => JsonSerializer.SerializeToUtf8Bytes(
                GetProblem(context.Request, status, message, type).With(hiddenBy),
                ProblemJson.Readable.ProblemBody),
            ErrorFormat.Html => Encoding.UTF8.GetBytes(GetPage(status, type.Title, message)),
            _ => Encoding.UTF8.GetBytes($"{status} {message}\n"),
        };
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(body);
    }

    static ProblemBody GetProblem(HttpRequest request, int status, string message, ProblemType type) => new()
    {
        Type = type.Url,
        Title = type.Title,
        Status = status,
        Detail = message,
        Instance = request.Path.ToUriComponent() is var path && path.Length > MaxInstanceLength
            ? path[..MaxInstanceLength]
            : path,
        Message = message,
        Code = $"{status} {message}",
    };

    /// <summary>
    /// Returns a page for people, who may come where there is no repository, or while it is unavailable.
    /// </summary>
    static string GetPage(int status, string title, string message) => $"""
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>{status} {title}</title>
        <main><h1>{title}</h1>
        <p>{HtmlEncoder.Default.Encode(message)}</p></main></html>

        """;

    static string GetReason(string message) => string.Create(
        Math.Min(message.Length, MaxReasonLength), message, static (reason, text) =>
        {
            for (var i = 0; i < reason.Length; i++)
                reason[i] = text[i] is >= ' ' and <= '~' ? text[i] : '?';
        });
}
