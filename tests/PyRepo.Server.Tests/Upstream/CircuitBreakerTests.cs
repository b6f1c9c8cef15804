using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Names;
using PyRepo.Server.Upstream;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Upstream;

public sealed class CircuitBreakerTests
{
    const string Failure = "Upstream answered 500 for https://pypi.example.com/simple/secret-project/.";
    readonly FakeClock _clock = new();
    readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() => _breaker = new CircuitBreaker(_clock, NullLogger.Instance);

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(50, 30)]
    public void Requests_are_blocked_after_three_failures_for_a_pause_that_doubles(int failures, int seconds)
    {
        Fail(failures);
        Assert.Equal(seconds, Blocked());
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(0, Blocked());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public void A_clock_that_is_wrong_for_a_moment_neither_keeps_upstream_blocked_nor_unblocks_it(int years)
    {
        var now = _clock.GetUtcNow();
        _clock.Set(now.AddYears(years));
        Fail(4);
        _clock.Set(now);
        Assert.Equal(2, Blocked());
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, Blocked());
    }

    [Fact]
    public void One_project_that_fails_again_and_again_does_not_block_the_others()
    {
        for (var i = 0; i < 50; i++)
            _breaker.Failed(Failure, ProjectName.Parse("broken"));
        Assert.Equal(0, Blocked());
        Assert.True(_breaker.IsFailing);
        _breaker.Failed(Failure, ProjectName.Parse("one"));
        _breaker.Failed(Failure, ProjectName.Parse("two"));
        Assert.Equal(1, Blocked());
    }

    [Fact]
    public void Who_asks_while_requests_are_blocked_reads_no_other_project_in_the_message()
    {
        for (var i = 0; i < 3; i++)
            _breaker.Failed(Failure, null);
        var blocked = Assert.Throws<UpstreamUnavailableException>(_breaker.Enter);
        Assert.DoesNotContain("secret-project", blocked.Message, StringComparison.Ordinal);
        Assert.StartsWith("Upstream failed", blocked.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(1), blocked.RetryAfter);
    }

    [Fact]
    public void The_administrator_reads_the_last_failure_in_full()
    {
        _breaker.Failed(Failure, null);
        Assert.Equal(Failure, _breaker.LastError);
    }

    void Fail(int times)
    {
        for (var i = 0; i < times; i++)
            _breaker.Failed("It is down.", null);
    }

    /// <summary>For how many seconds requests are blocked.</summary>
    double Blocked() => Record.Exception(_breaker.Enter) is UpstreamUnavailableException { RetryAfter: { } wait }
        ? wait.TotalSeconds : 0;
}
