using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Tests.Platform.Logging;
using PyRepo.Storage;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class ErrorResponseTests
{
    [Fact]
    public async Task A_client_that_left_is_not_logged_as_a_failure()
    {
        var log = new WrittenLines();
        await ErrorResponse.WriteAsync(new DefaultHttpContext(), new ConnectionAbortedException("It left."), log);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public void Each_kind_of_failure_has_its_status_and_only_known_ones_show_their_message()
    {
        Assert.Equal(
            (404, "Not here."), ErrorResponse.From(new RejectedException(RejectionReason.NotFound, "Not here.")));
        Assert.Equal((413, "Too much."), ErrorResponse.From(new BadHttpRequestException("Too much.", 413)));
        var (status, message) = ErrorResponse.From(new InvalidDataException("/secret/path"));
        Assert.Equal(500, status);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        (status, message) = ErrorResponse.From(new StoreFullException("/secret/path"));
        Assert.Equal(507, status);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        Assert.Equal((503, "It is gone."), ErrorResponse.From(new StoreUnavailableException("It is gone.")));
        (status, message) = ErrorResponse.From(new IOException("/secret/path"));
        Assert.Equal(500, status);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RejectionReason.Invalid, 400)]
    [InlineData(RejectionReason.AlreadyExists, 400)]
    [InlineData(RejectionReason.Unauthenticated, 401)]
    [InlineData(RejectionReason.Forbidden, 403)]
    [InlineData(RejectionReason.Obsolete, 410)]
    [InlineData(RejectionReason.TooLarge, 413)]
    internal void Each_reason_of_a_rejection_has_its_status(RejectionReason reason, int status) =>
        Assert.Equal((status, "Not this one."), ErrorResponse.From(new RejectedException(reason, "Not this one.")));

    [Fact]
    public async Task The_message_is_in_the_reason_and_in_the_body()
    {
        var context = await WriteAsync(new RejectedException(RejectionReason.Invalid, "File already exists: 'a'."));
        Assert.Equal(400, context.Response.StatusCode);
        Assert.Equal("File already exists: 'a'.", RequestFor.GetReason(context));
        Assert.Equal("400 File already exists: 'a'.\n", RequestFor.GetBody(context));
        Assert.Equal("text/plain; charset=utf-8", context.Response.ContentType);
        Assert.Equal("no-store", context.Response.Headers.CacheControl);
        Assert.Equal(context.Response.ContentLength, ((MemoryStream)context.Response.Body).Length);
    }

    [Theory]
    [InlineData("/simple/", "application/json;q=0.9, text/plain;q=0.8, text/html;q=0.7", true)]
    [InlineData("/pypi/foo/json", "*/*", true)]
    [InlineData("/simple/foo/", "application/vnd.pypi.simple.v1+json", false)]
    [InlineData("/simple/", "text/html", false)]
    public async Task A_client_that_accepts_JSON_gets_the_keys_that_uv_reads(string path, string accept, bool isJson)
    {
        var context = await WriteAsync(
            new RejectedException(RejectionReason.Invalid, "It's \"wrong\"."), path, ("Accept", accept));
        Assert.Equal(isJson ? "application/json" : "text/plain; charset=utf-8", context.Response.ContentType);
        if (!isJson)
            return;
        using var body = JsonDocument.Parse(RequestFor.GetBody(context));
        Assert.Equal("It's \"wrong\".", body.RootElement.GetProperty("message").GetString());
        Assert.Equal("400 It's \"wrong\".", body.RootElement.GetProperty("code").GetString());
        Assert.Equal("Bad Request", body.RootElement.GetProperty("title").GetString());
    }

    [Theory]
    [InlineData("a\r\nSet-Cookie: x", "a??Set-Cookie: x")]
    [InlineData("naïve \u0000 \u007f 包", "na?ve ? ? ?")]
    public async Task The_reason_contains_nothing_that_would_break_the_response(string message, string reason) =>
        Assert.Equal(
            reason, RequestFor.GetReason(await WriteAsync(new RejectedException(RejectionReason.Invalid, message))));

    [Fact]
    public async Task A_long_message_is_truncated_in_the_reason_and_complete_in_the_body()
    {
        var message = new string('x', 5000);
        var context = await WriteAsync(new RejectedException(RejectionReason.Invalid, message));
        Assert.Equal(400, RequestFor.GetReason(context).Length);
        Assert.Contains(message, RequestFor.GetBody(context), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_show_what_the_client_can_do()
    {
        var who = await WriteAsync(new RejectedException(RejectionReason.Unauthenticated, "Who?"));
        Assert.StartsWith("Basic realm=", who.Response.Headers.WWWAuthenticate.ToString(), StringComparison.Ordinal);
        var wait = new RejectedException(RejectionReason.Unavailable, "Later.")
        {
            RetryAfter = TimeSpan.FromSeconds(1.2),
        };
        Assert.Equal("2", (await WriteAsync(wait)).Response.Headers.RetryAfter);
        var method = new RejectedException(RejectionReason.NotAllowed, "No.") { Allow = "GET, HEAD" };
        Assert.Equal("GET, HEAD", (await WriteAsync(method)).Response.Headers.Allow);
        Assert.Equal(
            0, (await WriteAsync(new RejectedException(RejectionReason.NotFound, "No."))).Response.Headers.Allow.Count);
    }

    [Fact]
    public async Task HEAD_gets_the_headers_of_the_body_and_no_body()
    {
        var context = RequestFor.Context();
        context.Request.Method = "HEAD";
        await ErrorResponse.WriteAsync(
            context, new RejectedException(RejectionReason.NotFound, "Not here."), NullLogger.Instance);
        Assert.Equal((404, 14), (context.Response.StatusCode, context.Response.ContentLength));
        Assert.Empty(RequestFor.GetBody(context));
    }

    [Fact]
    public async Task Headers_of_the_failed_response_are_removed()
    {
        var context = RequestFor.Context();
        context.Response.Headers.ETag = "\"x\"";
        context.Response.ContentLength = 12345;
        await ErrorResponse.WriteAsync(context, new IOException("x"), NullLogger.Instance);
        Assert.Equal(0, context.Response.Headers.ETag.Count);
        Assert.Equal(500, context.Response.StatusCode);
    }

    [Fact]
    public async Task A_client_that_disconnected_gets_no_response()
    {
        foreach (var error in (Exception[])[new OperationCanceledException(), new ConnectionAbortedException()])
        {
            var context = RequestFor.Context();
            context.RequestAborted = new CancellationToken(canceled: true);
            await ErrorResponse.WriteAsync(context, error, NullLogger.Instance);
            Assert.Equal((200, ""), (context.Response.StatusCode, RequestFor.GetBody(context)));
        }
    }

    static async Task<HttpContext> WriteAsync(Exception error, string path = "/", params (string, string)[] headers)
    {
        var context = RequestFor.Context(path, headers);
        await ErrorResponse.WriteAsync(context, error, NullLogger.Instance);
        return context;
    }
}
