using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Tests.Platform.Logging;
using PyRepo.Storage;
using PyRepo.Testing;

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
    [InlineData("application/json;q=0.9, text/plain;q=0.8, text/html;q=0.7", "application/json")]
    [InlineData("*/*", "application/problem+json")]
    [InlineData("application/problem+json, application/json", "application/problem+json")]
    [InlineData("application/json, */*", "application/json")]
    [InlineData(
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01",
        "application/problem+json")]
    [InlineData("text/html", "text/plain; charset=utf-8")]
    [InlineData("image/png", "text/plain; charset=utf-8")]
    [InlineData("application/problem+json;q=0, text/plain;q=0.1", "text/plain; charset=utf-8")]
    [InlineData("a;;,b/=", "text/plain; charset=utf-8")]
    [InlineData("", "text/plain; charset=utf-8")]
    public async Task Each_client_gets_the_format_that_it_reads(string accept, string type) => Assert.Equal(
        type, (await WriteAsync(new RejectedException(RejectionReason.Invalid, "No."), "/", ("Accept", accept)))
            .Response.ContentType);

    [Fact]
    public async Task A_client_that_uploads_and_names_no_format_shows_the_body_as_it_is()
    {
        var context = RequestFor.Context("/", ("Accept", "*/*"), ("Content-Type", "multipart/form-data; boundary=a"));
        context.Request.Method = "POST";
        await ErrorResponse.WriteAsync(
            context, new RejectedException(RejectionReason.Invalid, "No."), NullLogger.Instance);
        Assert.Equal("400 No.\n", RequestFor.GetBody(context));
    }

    [Fact]
    public async Task What_a_rule_hides_has_the_rule_its_entry_and_its_end()
    {
        var end = new DateTimeOffset(2026, 12, 1, 10, 0, 0, 1, TimeSpan.Zero);
        var context = await WriteAsync(
            new RejectedException(RejectionReason.NotFound, "Not yet.")
            {
                HiddenBy = new Verdict("minimumAge", "7d", "is younger than 7d", end.AddDays(-7), end),
            },
            "/packages/demo", ("Accept", "*/*"));
        using var body = JsonDocument.Parse(RequestFor.GetBody(context));
        string? Get(string name) => body.RootElement.GetProperty(name).ToString();
        Assert.Equal(
            ("Hidden by policy", "404", "Not yet.", "/packages/demo", "minimumAge", "7d", "2026-12-01T10:00:01Z"),
            (Get("title"), Get("status"), Get("detail"), Get("instance"), Get("rule"), Get("entry"), Get("until")));
        Assert.EndsWith("docs/errors.md#hidden-by-policy", Get("type"), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_kind_of_problem_is_described_where_its_type_points()
    {
        var page = SourceTree.Read("docs/errors.md");
        foreach (var type in Enumerable.Range(400, 120).Select(ProblemType.From).Append(ProblemType.HiddenByPolicy))
        {
            Assert.Contains($"\n## {type.Title}\n", page, StringComparison.Ordinal);
            Assert.Equal(type.Title.ToLowerInvariant().Replace(' ', '-'), type.Anchor);
        }
    }

    [Fact]
    public async Task The_body_has_the_keys_that_uv_reads()
    {
        var context = await WriteAsync(
            new RejectedException(RejectionReason.Invalid, "It's \"wrong\"."), "/", ("Accept", "application/json"));
        using var body = JsonDocument.Parse(RequestFor.GetBody(context));
        Assert.Equal("It's \"wrong\".", body.RootElement.GetProperty("message").GetString());
        Assert.Equal("400 It's \"wrong\".", body.RootElement.GetProperty("code").GetString());
        Assert.Equal("Not valid", body.RootElement.GetProperty("title").GetString());
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
