using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Groups;

namespace PyRepo.Server.Tests.Groups;

public sealed class GroupListsTests
{
    readonly GroupLists _lists = new();
    int _built;
    int _building;
    int _most;

    [Fact]
    public async Task A_list_for_anyone_is_built_once_for_a_version()
    {
        var lists = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetAsync("1", isForAnyone: true)));
        Assert.Single(lists.Distinct());
        Assert.Equal(1, _built);
        await GetAsync("2", isForAnyone: true);
        Assert.Equal(2, _built);
    }

    [Fact]
    public async Task Lists_for_one_caller_are_built_one_at_a_time_and_not_shared()
    {
        var lists = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetAsync("1", isForAnyone: false)));
        Assert.Equal(20, lists.Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.Equal(1, _most);
        Assert.DoesNotContain(await GetAsync("1", isForAnyone: true), lists, ReferenceEqualityComparer.Instance);
    }

    async Task<ProjectListAnswer.Known> GetAsync(string version, bool isForAnyone) =>
        await _lists.GetOrBuildAsync(version, isForAnyone, () => BuildAsync(version), default);

    async Task<ProjectListAnswer.Known> BuildAsync(string version)
    {
        _most = Math.Max(_most, Interlocked.Increment(ref _building));
        await Task.Yield();
        Interlocked.Decrement(ref _building);
        Interlocked.Increment(ref _built);
        return new ProjectListAnswer.Known([], version);
    }
}
