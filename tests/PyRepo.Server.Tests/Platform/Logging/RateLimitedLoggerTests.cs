using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Platform.Logging;
using PyRepo.Testing;
using HttpLog = PyRepo.Server.Endpoints.Http.Log;

namespace PyRepo.Server.Tests.Platform.Logging;

public sealed class RateLimitedLoggerTests : IDisposable
{
    static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);
    readonly WrittenLines _written = new();
    readonly SteppedClock _clock = new();
    readonly RateLimitedLoggerProvider _provider;
    readonly ILogger _log;

    public RateLimitedLoggerTests()
    {
        _provider = new(_written, FrozenSet.Create("Changed"), _clock);
        _log = _provider.CreateLogger("Server");
    }

    public void Dispose() => _provider.Dispose();

    [Fact]
    public void A_sentence_that_repeats_is_logged_a_few_times_and_then_counted()
    {
        for (var i = 0; i < 10_000; i++)
            HttpLog.RequestRejected(_log, "GET", $"/pypi/simple/name-{i}/", 503, "down");
        Assert.Equal(ServerLimits.MaxLogMessagesPerMinute, _written.Lines.Count);
        Assert.Equal("GET /pypi/simple/name-0/ failed with 503: down", _written.Lines[0].Message);
        _clock.Advance(_minute);
        Assert.Equal(
            (LogLevel.Warning, "9980 more messages like this one came in the last minute: "
                + "{Method} {Path} failed with {Status}: {Message}", ""), _written.Lines[^1]);
        _clock.Advance(_minute);
        Assert.Equal(ServerLimits.MaxLogMessagesPerMinute + 1, _written.Lines.Count);
    }

    [Fact]
    public void The_limit_resets_every_minute()
    {
        for (var i = 0; i < 3; i++)
        {
            HttpLog.UploadRejected(_log, "team", 400, $"{i}");
            _clock.Advance(_minute);
        }
        Assert.Equal(3, _written.Lines.Count);
    }

    [Fact]
    public void Other_sentences_and_other_categories_are_logged()
    {
        for (var i = 0; i < 100; i++)
            HttpLog.UploadRejected(_log, "team", 400, "no");
        HttpLog.RequestRejected(_log, "GET", "/", 503, "down");
        HttpLog.UploadRejected(_provider.CreateLogger("Other"), "team", 400, "no");
        Assert.Equal(ServerLimits.MaxLogMessagesPerMinute + 2, _written.Lines.Count);
    }

    [Fact]
    public void Audit_messages_are_never_rate_limited()
    {
        for (var i = 0; i < 100; i++)
            HttpLog.Changed(_log, "alice", "uploaded", $"demo-{i}.whl", "team", "spec.access.grants[0]");
        _clock.Advance(_minute);
        Assert.Equal(100, _written.Lines.Count);
    }

    [Fact]
    public void Suppressed_messages_are_counted_in_the_log_when_the_server_stops()
    {
        for (var i = 0; i < 21; i++)
            HttpLog.UploadRejected(_log, "team", 400, "no");
        _provider.Dispose();
        Assert.StartsWith("1 more messages like this", _written.Lines[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_path_and_a_long_exception_are_cut()
    {
        var path = new string('a', 7000);
        HttpLog.RequestFailed(_log, "GET", path, 500, new InvalidOperationException(path + path));
        var (_, message, exception) = Assert.Single(_written.Lines);
        Assert.InRange(message.Length, 400, 450);
        Assert.EndsWith("a… failed with 500.", message, StringComparison.Ordinal);
        Assert.InRange(exception.Length, 8000, 8200);
    }
}
