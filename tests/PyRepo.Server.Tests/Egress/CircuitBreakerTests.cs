using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Egress;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Egress;

public sealed class CircuitBreakerTests
{
    const string Failure = "Upstream did not respond: https://pypi.example.com/simple/secret-project/.";
    static readonly Uri _page = new("https://pypi.example.com/simple/demo/");
    readonly FakeClock _clock = new();
    readonly List<Uri?> _probed = [];
    readonly CircuitBreaker _breaker;
    Task<bool> _probe = Task.FromResult(false);

    public CircuitBreakerTests() => _breaker = new CircuitBreaker(_clock, NullLogger.Instance, url =>
    {
        lock (_probed)
            _probed.Add(url);
        return _probe;
    });

    [Fact]
    public async Task Requests_are_blocked_after_three_failures_if_a_probe_fails_too()
    {
        Fail(2);
        Assert.Equal(0, await BlockedAsync());
        Assert.Empty(_probed);
        Fail(1);
        Assert.Equal(1, await BlockedAsync());
        Assert.Single(_probed);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(50, 30)]
    public async Task The_pause_doubles_with_each_probe_that_fails(int probes, int seconds)
    {
        await OpenAsync(probes);
        Fail(100); // Of requests that were under way.
        Assert.Equal(seconds, await BlockedAsync());
        Assert.Equal(probes, _probed.Count);
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        _probe = Task.FromResult(true);
        Assert.Equal(0, await BlockedAsync());
        _probe = Task.FromResult(false);
        Fail(2);
        Assert.Equal(0, await BlockedAsync());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task A_clock_that_is_wrong_for_a_moment_neither_keeps_upstream_blocked_nor_unblocks_it(int years)
    {
        var now = _clock.GetUtcNow();
        _clock.Set(now.AddYears(years));
        await OpenAsync(2);
        _clock.Set(now);
        Assert.Equal(2, await BlockedAsync());
        _probe = Task.FromResult(true);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, await BlockedAsync());
    }

    [Fact]
    public async Task Failures_of_many_names_block_nobody_while_the_probe_is_answered()
    {
        _probe = Task.FromResult(true);
        for (var i = 0; i < 100; i++)
        {
            Fail(1);
            Assert.Equal(0, await BlockedAsync());
        }
        Assert.Single(_probed);
        Assert.True(_breaker.IsFailing);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Fail(3);
        Assert.Equal(0, await BlockedAsync());
        Assert.Equal(2, _probed.Count);
    }

    [Fact]
    public async Task Answers_of_any_status_block_nobody()
    {
        for (var i = 0; i < 50; i++)
        {
            _breaker.Answered();
            _breaker.Refused("Upstream answered 500.");
        }
        Assert.Equal(0, await BlockedAsync());
        Assert.Empty(_probed);
        Assert.Equal("Upstream answered 500.", _breaker.LastError);
    }

    [Fact]
    public async Task The_probe_is_the_last_working_URL_or_the_root()
    {
        await OpenAsync(1);
        _breaker.Succeeded(_page);
        _breaker.Succeeded(null);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await OpenAsync(1);
        Assert.Equal([null, _page], _probed);
    }

    [Fact]
    public async Task A_running_probe_delays_requests_and_does_not_count_for_another_upstream()
    {
        var probe = new TaskCompletionSource<bool>();
        _probe = probe.Task;
        Fail(3);
        var waiting = BlockedAsync();
        Assert.False(waiting.IsCompleted);
        _breaker.Forget();
        Assert.Equal(0, await BlockedAsync());
        probe.SetResult(false);
        Assert.Equal(0, await waiting);
        Assert.Equal(0, await BlockedAsync());
    }

    [Fact]
    public async Task A_broken_probe_blocks_requests_like_an_unanswered_one_and_is_repeated()
    {
        _probe = Task.FromException<bool>(new InvalidOperationException("It broke."));
        Fail(3);
        Assert.Equal(1, await BlockedAsync());
        Assert.Contains("It broke.", _breaker.LastError, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _probe = Task.FromResult(true);
        Assert.Equal(0, await BlockedAsync());
        Assert.Equal(2, _probed.Count);
    }

    [Fact]
    public async Task The_message_of_a_blocked_request_reveals_no_other_project()
    {
        await OpenAsync(1);
        var blocked = await Assert.ThrowsAsync<UpstreamUnavailableException>(
            () => _breaker.EnterAsync(default).AsTask());
        Assert.DoesNotContain("secret-project", blocked.Message, StringComparison.Ordinal);
        Assert.StartsWith("Upstream failed", blocked.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(1), blocked.RetryAfter);
    }

    [Fact]
    public void The_administrator_reads_the_last_failure_in_full()
    {
        _breaker.Failed(Failure);
        Assert.Equal(Failure, _breaker.LastError);
        _breaker.Succeeded(_page);
        Assert.False(_breaker.IsFailing);
    }

    [Fact]
    public async Task Without_a_probe_nothing_is_blocked()
    {
        var breaker = new CircuitBreaker(_clock, NullLogger.Instance);
        for (var i = 0; i < 50; i++)
            breaker.Failed(Failure);
        await breaker.EnterAsync(default);
        Assert.True(breaker.IsFailing);
    }

    void Fail(int times)
    {
        for (var i = 0; i < times; i++)
            _breaker.Failed(Failure);
    }

    /// <summary>Blocks requests by so many probes that fail.</summary>
    async Task OpenAsync(int probes)
    {
        Fail(3);
        for (var i = 1; i <= probes; i++)
        {
            var seconds = await BlockedAsync();
            if (i < probes)
                _clock.Advance(TimeSpan.FromSeconds(seconds));
        }
    }

    /// <summary>For how many seconds requests are blocked.</summary>
    async Task<double> BlockedAsync()
    {
        try
        {
            await _breaker.EnterAsync(default);
            return 0;
        }
        catch (UpstreamUnavailableException error)
        {
            return error.RetryAfter!.Value.TotalSeconds;
        }
    }
}
