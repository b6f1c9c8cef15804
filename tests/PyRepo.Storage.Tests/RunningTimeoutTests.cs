using PyRepo.Testing;

namespace PyRepo.Storage.Tests;

public sealed class RunningTimeoutTests
{
    [Fact]
    public async Task A_wait_ends_after_its_time_and_not_before()
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        using var timeout = new RunningTimeout(TimeSpan.FromSeconds(1), CancellationToken.None);
        await Eventually.IsAsync("it is over", () => Task.FromResult(timeout.Token.IsCancellationRequested));
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(0.9));
    }

    [Fact]
    public void A_wait_ends_when_its_owner_is_canceled()
    {
        using var whole = new CancellationTokenSource();
        using var timeout = new RunningTimeout(TimeSpan.FromMinutes(1), whole.Token);
        Assert.False(timeout.Token.IsCancellationRequested);
        whole.Cancel();
        Assert.True(timeout.Token.IsCancellationRequested);
    }
}
