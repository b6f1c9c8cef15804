using PyRepo.Server.Access;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Access;

public sealed class HashQueueTests
{
    static readonly LoginPair _login = new(UserStore.Single("alice", "right"), "alice", "192.0.2.1");
    readonly SteppedClock _clock = new();

    [Fact]
    public async Task A_caller_that_waited_too_long_is_told_that_the_server_is_busy()
    {
        var queue = new HashQueue(1, _clock);
        await queue.EnterAsync(_login, CancellationToken.None);
        var waiting = queue.EnterAsync(_login, CancellationToken.None);
        Assert.Equal(ServerLimits.MaxWorkWait, await _clock.AdvanceToTimerAsync(ServerLimits.MaxWorkWait));
        await Assert.ThrowsAsync<OverloadedException>(() => waiting);
        var next = queue.EnterAsync(_login, CancellationToken.None);
        queue.Leave();
        await next;
    }

    [Fact]
    public async Task Two_queues_in_a_row_share_one_time_limit()
    {
        var last = new HashQueue(1, _clock);
        var first = new HashQueue(1, _clock, next: last);
        await last.EnterAsync(_login, CancellationToken.None);
        var between = first.EnterAsync(_login, CancellationToken.None);
        _clock.Advance(ServerLimits.MaxWorkWait / 2);
        var waiting = first.EnterAsync(_login, CancellationToken.None);
        await _clock.AdvanceToTimerAsync(ServerLimits.MaxWorkWait);
        await Assert.ThrowsAsync<OverloadedException>(() => between);
        Assert.False(waiting.IsCompleted);
        await _clock.AdvanceToTimerAsync(ServerLimits.MaxWorkWait / 2);
        await Assert.ThrowsAsync<OverloadedException>(() => waiting);
        last.Leave();
        await first.EnterAsync(_login, CancellationToken.None);
    }

    [Fact]
    public async Task A_caller_that_leaves_is_not_told_that_the_server_is_busy()
    {
        var queue = new HashQueue(1, _clock);
        await queue.EnterAsync(_login, CancellationToken.None);
        using var gone = new CancellationTokenSource();
        var waiting = queue.EnterAsync(_login, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
