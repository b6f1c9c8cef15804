namespace PyRepo.Storage.Tests;

public sealed class AsyncLockTests
{
    readonly AsyncLock _lock = new();

    [Fact]
    public async Task One_is_let_in_at_a_time_in_the_order_in_which_they_came()
    {
        await _lock.EnterAsync();
        var (second, third) = (_lock.EnterAsync(), _lock.EnterAsync());
        Assert.False(_lock.TryEnter());
        _lock.Leave();
        await second;
        Assert.False(third.IsCompleted);
        _lock.Leave();
        await third;
        _lock.Leave();
        Assert.True(_lock.TryEnter());
    }

    [Fact]
    public async Task Whoever_gives_up_is_not_let_in()
    {
        await _lock.EnterAsync();
        using var giveUp = new CancellationTokenSource();
        var (second, third) = (_lock.EnterAsync(giveUp.Token), _lock.EnterAsync());
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        _lock.Leave();
        await third;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _lock.EnterAsync(giveUp.Token));
    }

    [Fact]
    public async Task Nobody_is_lost_among_many_of_whom_some_give_up()
    {
        var (inside, entered) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(async () =>
        {
            using var giveUp = new CancellationTokenSource();
            var entering = _lock.EnterAsync(giveUp.Token);
            if (number % 3 == 0)
                await giveUp.CancelAsync();
            try
            {
                await entering;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            Assert.Equal(1, Interlocked.Increment(ref inside));
            entered++;
            Interlocked.Decrement(ref inside);
            _lock.Leave();
        })));
        Assert.InRange(entered, 133, 200);
        Assert.True(_lock.TryEnter());
    }
}
