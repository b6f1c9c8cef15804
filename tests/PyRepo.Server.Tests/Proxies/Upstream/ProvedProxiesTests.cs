using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Upstream;

/// <summary>
/// Requests of the installation's own groups have passed a proxy, too, but are no stranger's invention.
/// </summary>
public sealed class ProvedProxiesTests
{
    static readonly ProjectName _demo = ProjectName.Parse("demo");

    [Theory]
    [InlineData(true, 6)]
    [InlineData(false, 4)]
    public async Task Any_number_of_groups_may_wait_for_a_page_and_only_a_few_strangers(bool isProved, int answered)
    {
        var gate = new TaskCompletionSource<int>();
        var flight = new SingleFlight<string, int>();
        var queries = new SharedQueries<string, int>(_ => gate.Task, TimeProvider.System);
        var joined = AskAsync(6, isProved, () => flight.JoinAsync("key", () => gate.Task));
        var asked = AskAsync(6, isProved, () => queries.AskAsync("key", CancellationToken.None));
        gate.SetResult(1);
        Assert.Equal((answered, answered), (await joined, await asked));
    }

    [Fact]
    public async Task Groups_find_room_beside_the_strangers_and_strangers_none_more_beside_groups()
    {
        var gate = new TaskCompletionSource<int>();
        var flight = new SingleFlight<string, int>();
        Func<Task<int>> join = () => flight.JoinAsync("key", () => gate.Task);
        List<Task<int>> answered =
            [AskAsync(3, true, join), AskAsync(6, false, join), AskAsync(3, true, join), AskAsync(1, false, join)];
        gate.SetResult(1);
        var counts = await Task.WhenAll(answered);
        Assert.Equal([3, 4, 3, 0], counts);
    }

    [Theory]
    [InlineData(true, 8)]
    [InlineData(false, 4)]
    public async Task Groups_may_take_all_turns_and_strangers_half_of_them(bool isProved, int taken)
    {
        var turns = new SlotTurns(8, "pages");
        Assert.Equal(taken, await AskAsync(10, isProved, () => turns.TakeAsync(TimeSpan.Zero, default)));
    }

    [Fact]
    public void A_group_proves_only_its_own_name_and_no_name_from_its_caller()
    {
        var (group, other) = (PassedProxies.NewId(), PassedProxies.NewId());
        var claimed = From(group, isProved: false);
        Assert.True(claimed.IsUnproved);
        var proved = From($"Fastly, {group}", isProved: true);
        Assert.False(proved.IsUnproved);
        Assert.True(proved.Include(group));
        Assert.NotEqual(claimed, proved);
        Assert.Equal(From(group, isProved: true), proved);
        Assert.True(From($"{other}, {group}", isProved: true).IsUnproved);
        Assert.Equal(From(null, isProved: false), From(null, isProved: true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Work_that_is_shared_knows_whether_its_list_is_proved(bool isProved)
    {
        var passed = From(PassedProxies.NewId(), isProved);
        PassedProxies.Note(null);
        Assert.Equal(!isProved, await passed.StartAsync(() => Task.FromResult(PassedProxies.Current.IsUnproved)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_answers_to_a_proved_group_determine_the_state_of_upstream(bool isProved)
    {
        await using var index = await ScriptedIndex.StartAsync();
        index.Answer = context => ScriptedIndex.Status(context, 503);
        using var client = new SimpleClient(index.Settings, TimeProvider.System, NullLogger.Instance);
        From(PassedProxies.NewId(), isProved);
        await Assert.ThrowsAsync<UpstreamUnavailableException>(() => client.GetProjectAsync(_demo, null, default));
        Assert.Equal(isProved, client.Breaker.IsFailing);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_missing_proof_marks_upstream_as_failing_only_for_a_proved_group(bool isProved)
    {
        await using var index = await ScriptedIndex.StartAsync();
        using var client = new SimpleClient(index.Settings, new FakeClock(), NullLogger.Instance);
        From(PassedProxies.NewId(), isProved);
        await Assert.ThrowsAsync<UpstreamUnavailableException>(
            () => client.Proof.RequireAsync(_demo, wasSeen: false, TimeSpan.Zero, () => [], default));
        Assert.Equal(isProved, client.Breaker.IsFailing);
    }

    /// <summary>Asks so many times at once, each time with another list.</summary>
    /// <returns>How many were answered.</returns>
    static async Task<int> AskAsync<T>(int count, bool isProved, Func<Task<T>> ask)
    {
        async Task<bool> IsAnsweredAsync()
        {
            From(PassedProxies.NewId(), isProved);
            try
            {
                await ask();
                return true;
            }
            catch (UpstreamUnavailableException error) when (error.IsRejection)
            {
                return false;
            }
        }
        return (await Task.WhenAll(Enumerable.Range(0, count).Select(_ => IsAnsweredAsync()))).Count(each => each);
    }

    static PassedProxies From(string? header, bool isProved)
    {
        PassedProxies.Note(header);
        if (isProved)
            PassedProxies.Prove();
        return PassedProxies.Current;
    }
}
