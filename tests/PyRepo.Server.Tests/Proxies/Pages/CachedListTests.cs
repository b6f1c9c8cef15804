using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Pages;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Server.Tests.Groups;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Pages;

public sealed class CachedListTests
{
    static readonly CacheSettings _settings = new()
    {
        Times = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero),
    };

    [Fact]
    public async Task An_unchanged_list_is_not_sent_again()
    {
        await using var server = await MemberServer.StartAsync();
        using var client = new SimpleClient(server.SettingsFor("old"), TimeProvider.System, NullLogger.Instance);
        var list = new CachedList(client, TimeProvider.System);
        Assert.Equal(["demo"], await NamesAsync(list));
        Assert.Equal(["demo"], await NamesAsync(list));
        Assert.Equal(["GET /simple/ 200", "GET /simple/ 304"], server.Requests);
    }

    [Fact]
    public async Task Another_upstream_with_the_same_validators_is_asked_for_its_own_list()
    {
        await using var server = await MemberServer.StartAsync();
        await using var empty = await MemberServer.StartAsync(isEmpty: true);
        using var client = new SimpleClient(server.SettingsFor("old"), TimeProvider.System, NullLogger.Instance);
        var list = new CachedList(client, TimeProvider.System);
        Assert.Equal(["demo"], await NamesAsync(list));
        client.Use(empty.SettingsFor("new"), default);
        Assert.Empty(await NamesAsync(list));
        Assert.Equal(["GET /simple/ 200"], empty.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Names_of_a_previous_upstream_are_neither_fresh_nor_stale_for_another(bool isUp)
    {
        await using var server = await MemberServer.StartAsync();
        await using var other = await MemberServer.StartAsync(isEmpty: true);
        using var client = new SimpleClient(server.SettingsFor("old"), TimeProvider.System, NullLogger.Instance);
        var (list, day) = (new CachedList(client, TimeProvider.System), TimeSpan.FromDays(1));
        var settings = new CacheSettings { Times = new(day, day, day, day) };
        Assert.IsType<ProjectListAnswer.Known>(await list.GetAsync(settings, default));
        client.Use(other.SettingsFor("new"), default);
        if (!isUp)
            await other.DisposeAsync();
        var answer = await list.GetAsync(settings, default);
        if (isUp)
            Assert.Empty(Assert.IsType<ProjectListAnswer.Known>(answer).Projects);
        else
            Assert.IsType<ProjectListAnswer.Unavailable>(answer);
    }

    [Fact]
    public async Task A_list_that_was_read_while_the_clock_was_ten_years_ahead_is_fresh_for_its_time_only()
    {
        await using var server = await MemberServer.StartAsync();
        using var client = new SimpleClient(server.SettingsFor("old"), TimeProvider.System, NullLogger.Instance);
        var (clock, times) = (new FakeClock(), _settings.Times with { Index = TimeSpan.FromMinutes(10) });
        var settings = new CacheSettings { Times = times };
        var (list, now) = (new CachedList(client, clock), clock.GetUtcNow());
        clock.Set(now.AddYears(10));
        await list.GetAsync(settings, default);
        clock.Set(now);
        clock.Advance(TimeSpan.FromMinutes(9));
        await list.GetAsync(settings, default);
        Assert.Equal(["GET /simple/ 200"], server.Requests);
        clock.Advance(TimeSpan.FromMinutes(2));
        await list.GetAsync(settings, default);
        Assert.Equal(["GET /simple/ 200", "GET /simple/ 304"], server.Requests);
    }

    static async Task<IEnumerable<string>> NamesAsync(CachedList list) =>
        Assert.IsType<ProjectListAnswer.Known>(await list.GetAsync(_settings, default)).Projects
            .Select(name => name.Value);
}
