using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Server.Upstream;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Upstream;

public sealed class CircuitBreakerTests
{
    const string Failure = "Upstream answered 500 for https://pypi.example.com/simple/secret-project/.";
    readonly CircuitBreaker _breaker = new(new FakeClock(), NullLogger.Instance);

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
}
