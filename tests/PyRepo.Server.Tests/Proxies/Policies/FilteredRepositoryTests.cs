using PyRepo.Packaging.Names;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Policies;

public sealed class FilteredRepositoryTests
{
    static readonly ProjectName _demo = ProjectName.Parse("demo");
    readonly FakeClock _clock = new();
    readonly MemoryBudget _budget = new(1 << 20);
    readonly FilteredRepository _filtered;

    public FilteredRepositoryTests()
    {
        _clock.Set(PolicyFiles.Now);
        _filtered = new FilteredRepository(
            new FixedRepository(PolicyFiles.Project(
                "demo", PolicyFiles.Wheel("demo", "1.0"), PolicyFiles.Wheel("demo", "2.0", days: 3))),
            _budget, _clock);
    }

    [Fact]
    public async Task A_page_gets_another_version_at_the_moment_when_a_file_is_old_enough()
    {
        _filtered.Policy = Aged;
        var unjudged = await FindVersionAsync();
        var young = await GetAsync();
        Assert.Equal(["1.0"], young.Visible.Select(f => f.Name.VersionText));
        Assert.NotEqual(unjudged, young.Version); // No page is found by it.
        Assert.Equal(young.Version, await FindVersionAsync());
        _clock.Set(young.ValidUntil!.Value.AddTicks(-1));
        Assert.Equal(young.Version, await FindVersionAsync());
        _clock.Set(young.ValidUntil.Value);
        Assert.NotEqual(young.Version, await FindVersionAsync());
        var old = await GetAsync();
        Assert.Equal(["1.0", "2.0"], old.Visible.Select(f => f.Name.VersionText));
        Assert.NotEqual(young.Version, old.Version);
        Assert.Equal(old.Version, await FindVersionAsync());
    }

    [Fact]
    public async Task A_changed_policy_applies_at_once_to_a_page_that_was_judged()
    {
        _filtered.Policy = Aged;
        var before = await GetAsync();
        _filtered.Policy = new Policy { Version = "2", Rules = [new BlockRule(new(["demo==1.0"]))] };
        Assert.NotEqual(before.Version, await FindVersionAsync());
        var after = await GetAsync();
        Assert.Equal(["2.0"], after.Visible.Select(f => f.Name.VersionText));
        Assert.NotEqual(before.Version, after.Version);
    }

    [Fact]
    public async Task Only_a_project_whose_verdicts_time_will_change_is_remembered()
    {
        _filtered.Policy = new Policy { Version = "2", Rules = [new BlockRule(new(["demo==1.0"]))] };
        Assert.Equal((await GetAsync()).Version, await FindVersionAsync());
        Assert.Equal(0, _budget.Used);
        _filtered.Policy = Aged;
        await GetAsync();
        Assert.NotEqual(0, _budget.Used);
    }

    [Fact]
    public async Task A_hidden_file_is_refused_before_it_is_fetched_and_counted()
    {
        _filtered.Policy = Aged;
        var answer = await _filtered.OpenAsync(
            new FileRequest(_demo, "demo-2.0-py3-none-any.whl", null, FileContentKind.Bytes), default);
        var missing = Assert.IsType<OpenAnswer.NotFound>(answer);
        Assert.Equal(
            "'demo-2.0-py3-none-any.whl' is younger than 7d; hidden until 2026-02-04T12:00:00Z.", missing.Reason);
        Assert.Equal(("minimumAge", "7d"), (missing.HiddenBy!.Rule, missing.HiddenBy.Entry));
        Assert.Equal(1, _filtered.Refusals.Counts["minimumAge"]);
        Assert.Equal("demo-2.0-py3-none-any.whl is younger than 7d", Assert.Single(_filtered.Refusals.First));
    }

    [Fact]
    public async Task A_waived_file_is_open_until_the_waiver_ends_and_hidden_from_that_moment()
    {
        var end = PolicyFiles.Now.AddMinutes(1);
        _filtered.Policy = Aged with { Waivers = new Waivers([WaiverTests.Waive("demo==2.0", end)]) };
        var waived = await GetAsync();
        Assert.Equal(["1.0", "2.0"], waived.Visible.Select(f => f.Name.VersionText));
        Assert.Equal(end, waived.ValidUntil);
        var request = new FileRequest(_demo, "demo-2.0-py3-none-any.whl", null, FileContentKind.Bytes);
        _clock.Set(end.AddTicks(-1));
        Assert.Equal(waived.Version, await FindVersionAsync());
        // It is let through to the repository behind, which has no bytes here.
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _filtered.OpenAsync(request, default));
        _clock.Set(end);
        Assert.NotEqual(waived.Version, await FindVersionAsync());
        Assert.Equal(["1.0"], (await GetAsync()).Visible.Select(f => f.Name.VersionText));
        Assert.NotNull(Assert.IsType<OpenAnswer.NotFound>(await _filtered.OpenAsync(request, default)).HiddenBy);
    }

    [Fact]
    public async Task A_project_that_allow_does_not_name_is_unknown_and_never_requested()
    {
        _filtered.Policy = new Policy { Version = "1", Allowed = new AllowRule(new(["other"])) };
        var answer = Assert.IsType<ProjectAnswer.NotKnown>(await _filtered.GetProjectAsync(_demo, null, default));
        Assert.Equal("allow", answer.Evidence.HiddenBy!.Rule);
        Assert.Equal(answer, (await _filtered.FindAsync(_demo, default)).Answer);
        Assert.IsType<OpenAnswer.NotFound>(await _filtered.OpenAsync(
            new FileRequest(_demo, "demo-1.0-py3-none-any.whl", null, FileContentKind.Bytes), default));
        Assert.Empty(Assert.IsType<ProjectListAnswer.Known>(await _filtered.ListProjectsAsync(default)).Projects);
    }

    [Fact]
    public async Task While_the_rules_are_not_known_nothing_is_served()
    {
        _filtered.Policy = Policy.Default with { Unavailable = "The constraints file is missing." };
        Assert.IsType<ProjectAnswer.Unavailable>(await _filtered.GetProjectAsync(_demo, null, default));
        Assert.IsType<ProjectListAnswer.Unavailable>(await _filtered.ListProjectsAsync(default));
        Assert.IsType<OpenAnswer.Unavailable>(await _filtered.OpenAsync(
            new FileRequest(_demo, "demo-1.0-py3-none-any.whl", null, FileContentKind.Bytes), default));
    }

    static Policy Aged => new()
    {
        Version = "1",
        Rules = [new MinimumAgeRule(Duration.FromDays(7), new([]))],
    };

    [Fact]
    public async Task The_content_of_a_version_that_was_found_is_judged_too()
    {
        foreach (var policy in new[] { Policy.Default, Aged })
        {
            _filtered.Policy = policy;
            var found = await _filtered.FindAsync(_demo, default);
            var loaded = Assert.IsType<ProjectAnswer.Known>(await found.LoadAsync(default));
            Assert.Same(await GetAsync(), loaded.Snapshot);
        }
    }

    async Task<string?> FindVersionAsync() => (await _filtered.FindAsync(_demo, default)).Value;

    async Task<ProjectSnapshot> GetAsync() =>
        Assert.IsType<ProjectAnswer.Known>(await _filtered.GetProjectAsync(_demo, null, default)).Snapshot;
}
