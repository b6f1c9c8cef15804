using System.Collections.Concurrent;
using PyRepo.Egress;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Egress;

public sealed class SharedQueriesTests
{
    readonly ConcurrentQueue<TaskCompletionSource<int>> _begun = new();
    readonly SharedQueries<string, int> _queries;

    public SharedQueriesTests() => _queries = new SharedQueries<string, int>(
        _ =>
        {
            var query = new TaskCompletionSource<int>();
            _begun.Enqueue(query);
            return query.Task;
        },
        TimeProvider.System);

    [Fact]
    public async Task Callers_during_a_query_share_the_next_one()
    {
        var first = Ask();
        var (second, third) = (Ask(), Ask());
        Assert.Single(await BegunAsync(1)).SetResult(1);
        Assert.Equal(1, await first);
        var begun = await BegunAsync(2);
        Assert.False(second.IsCompleted);
        begun[1].SetResult(2);
        Assert.Equal((2, 2), (await second, await third));
        Assert.Equal(2, _begun.Count);
    }

    [Fact]
    public async Task Other_keys_and_later_calls_get_their_own_query()
    {
        var (one, other) = (Ask(), Ask("other"));
        foreach (var query in await BegunAsync(2))
            query.SetResult(1);
        Assert.Equal((1, 1), (await one, await other));
        var later = Ask();
        (await BegunAsync(3))[2].SetResult(2);
        Assert.Equal(2, await later);
    }

    [Fact]
    public async Task Callers_via_other_proxies_share_no_query_and_nothing_else_of_a_caller_reaches_it()
    {
        var seen = new ConcurrentBag<(string Header, string? Caller)>();
        var caller = new AsyncLocal<string?> { Value = "alice" };
        var queries = new SharedQueries<string, int>(
            _ =>
            {
                seen.Add((PassedProxies.Current.HeaderWith("me"), caller.Value));
                return new TaskCompletionSource<int>().Task;
            },
            TimeProvider.System);
        var id = PassedProxies.NewId();
        PassedProxies.Note(id);
        _ = queries.AskAsync("key", CancellationToken.None);
        PassedProxies.Note(null);
        _ = queries.AskAsync("key", CancellationToken.None);
        await Eventually.IsAsync("both began", 2, () => Task.FromResult(seen.Count));
        Assert.Equal([("me", null), ($"{id}, me", null)], seen.OrderBy(s => s.Header.Length));
    }

    [Fact]
    public async Task A_long_query_does_not_delay_others()
    {
        var stuck = Ask();
        var next = Ask();
        (await BegunAsync(2))[1].SetResult(2);
        Assert.Equal(2, await next);
        Assert.False(stuck.IsCompleted);
    }

    [Fact]
    public async Task A_failure_reaches_those_who_share_it_and_a_leaving_caller_cancels_nobody_else()
    {
        using var leaving = new CancellationTokenSource();
        var gone = _queries.AskAsync("key", leaving.Token);
        var next = Ask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        (await BegunAsync(1))[0].SetException(new IOException("It broke."));
        (await BegunAsync(2))[1].SetResult(2);
        Assert.Equal(2, await next);
    }

    Task<int> Ask(string key = "key") => _queries.AskAsync(key, CancellationToken.None);

    /// <summary>Waits until so many queries began, and returns them in order.</summary>
    async Task<TaskCompletionSource<int>[]> BegunAsync(int count)
    {
        await Eventually.IsAsync("so many began", count, () => Task.FromResult(_begun.Count));
        return [.. _begun];
    }
}
