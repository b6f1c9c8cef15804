using System.Globalization;
using System.Text;
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

/// <summary>
/// Translates every failure into an HTTP response. No other code does this; people get theirs as a page, which
/// <c>Web/ErrorPage</c> writes.
/// </summary>
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

    /// <summary>The challenge at which clients send a user and a password.</summary>
    public const string Challenge = "Basic realm=\"pyrepo\", charset=\"UTF-8\"";

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
        if (TryBegin(context, error, logger) is { } failure)
            await WriteAsync(context, failure);
    }

    /// <summary>Logs a failure, and begins the response to it: what every form of it has.</summary>
    /// <returns>The failure, or null if there is nobody to be told.</returns>
    public static Failure? TryBegin(HttpContext context, Exception error, ILogger logger)
    {
        // The client is gone, which is no failure.
        if (error is ConnectionAbortedException || (context.RequestAborted.IsCancellationRequested
            && error is OperationCanceledException or IOException { InnerException: ConnectionAbortedException }))
        {
            return null;
        }
        if (error is BrokenOffException && context.Response.HasStarted)
        {
            context.Abort();
            return null;
        }
        var (status, message) = From(error);
        LogFailure(context, error, logger, status, message);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return null;
        }
        context.Response.Clear();
        AddHeaders(context.Response, error);
        context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = GetReason(message);
        return new(
            status, message.Length > MaxMessageLength ? message[..MaxMessageLength] : message,
            ProblemType.From(error, status), (error as RejectedException)?.HiddenBy);
    }

    static void LogFailure(HttpContext context, Exception error, ILogger logger, int status, string message)
    {
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
    }

    /// <summary>Adds what a failure says in headers, other than in its status.</summary>
    public static void AddHeaders(HttpResponse response, Exception error)
    {
        if (error is RejectedException { Allow: { } allowed })
            response.Headers.Allow = allowed;
        if (RetryAfter(error) is { } wait)
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Sends a failure to a client or a script, as text or JSON.</summary>
    public static async Task WriteAsync(HttpContext context, Failure failure)
    {
        var response = context.Response;
        response.StatusCode = failure.Status;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (failure.Status == 401 && RequestModes.Of(context.Request) is not RequestMode.Script)
            response.Headers.WWWAuthenticate = Challenge;
        var format = ErrorFormats.Choose(context.Request);
        // uv reads the body only if the type is exactly this, without a charset.
        response.ContentType = format switch
        {
            ErrorFormat.Problem => "application/problem+json",
            ErrorFormat.Json => "application/json",
            _ => "text/plain; charset=utf-8",
        };
        var body = format is ErrorFormat.Text
            ? Encoding.UTF8.GetBytes($"{failure.Status} {failure.Message}\n")
            : JsonSerializer.SerializeToUtf8Bytes(
                GetProblem(context.Request, failure).With(failure.HiddenBy), ProblemJson.Readable.ProblemBody);
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(body);
    }

    static ProblemBody GetProblem(HttpRequest request, Failure failure) => new()
    {
        Type = failure.Type.Url,
        Title = failure.Type.Title,
        Status = failure.Status,
        Detail = failure.Message,
        Instance = request.Path.ToUriComponent() is var path && path.Length > MaxInstanceLength
            ? path[..MaxInstanceLength]
            : path,
        Message = failure.Message,
        Code = $"{failure.Status} {failure.Message}",
    };

    static string GetReason(string message) => string.Create(
        Math.Min(message.Length, MaxReasonLength), message, static (reason, text) =>
        {
            for (var i = 0; i < reason.Length; i++)
                reason[i] = text[i] is >= ' ' and <= '~' ? text[i] : '?';
        });
}

/// <summary>A failure as people and programs are told it.</summary>
/// <param name="Status">The status.</param>
/// <param name="Message">The problem, and what to do.</param>
/// <param name="Type">The kind of problem.</param>
/// <param name="HiddenBy">The rule of a policy that hides what was asked for, or null.</param>
sealed record Failure(int Status, string Message, ProblemType Type, Verdict? HiddenBy);
