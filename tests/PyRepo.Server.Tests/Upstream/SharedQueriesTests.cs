using PyRepo.Server.Upstream;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Upstream;

public sealed class SharedQueriesTests
{
    readonly List<TaskCompletionSource<int>> _running = [];
    readonly SharedQueries<string, int> _queries;

    public SharedQueriesTests() => _queries = new SharedQueries<string, int>(
        _ =>
        {
            var query = new TaskCompletionSource<int>();
            _running.Add(query);
            return query.Task;
        },
        TimeProvider.System);

    [Fact]
    public async Task Who_comes_while_a_query_runs_shares_the_next_one_with_others()
    {
        var first = Ask();
        var (second, third) = (Ask(), Ask());
        Assert.Single(_running);
        _running[0].SetResult(1);
        Assert.Equal(1, await first);
        await Eventually.IsAsync("the next began", 2, () => Task.FromResult(_running.Count));
        Assert.False(second.IsCompleted);
        _running[1].SetResult(2);
        Assert.Equal((2, 2), (await second, await third));
        Assert.Equal(2, _running.Count);
    }

    [Fact]
    public async Task Other_keys_and_later_calls_get_their_own_query()
    {
        var (one, other) = (Ask(), Ask("other"));
        Assert.Equal(2, _running.Count);
        _running.ForEach(query => query.SetResult(1));
        Assert.Equal((1, 1), (await one, await other));
        var later = Ask();
        await Eventually.IsAsync("another began", 3, () => Task.FromResult(_running.Count));
        _running[2].SetResult(2);
        Assert.Equal(2, await later);
    }

    [Fact]
    public async Task A_query_that_takes_long_holds_up_no_others()
    {
        var stuck = Ask();
        var next = Ask();
        await Eventually.IsAsync("the next began", 2, () => Task.FromResult(_running.Count));
        _running[1].SetResult(2);
        Assert.Equal(2, await next);
        Assert.False(stuck.IsCompleted);
    }

    [Fact]
    public async Task A_failure_is_of_those_who_share_it_and_who_goes_away_takes_nobody_along()
    {
        using var leaving = new CancellationTokenSource();
        var gone = _queries.AskAsync("key", leaving.Token);
        var next = Ask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        _running[0].SetException(new IOException("It broke."));
        await Eventually.IsAsync("the next began", 2, () => Task.FromResult(_running.Count));
        _running[1].SetResult(2);
        Assert.Equal(2, await next);
    }

    Task<int> Ask(string key = "key") => _queries.AskAsync(key, CancellationToken.None);
}
