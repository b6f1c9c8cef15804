using PyRepo.Resources.Proxied;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Policies;

namespace PyRepo.Server.Tests.Proxies.Policies;

public sealed class PolicyReplayTests : IDisposable
{
    static readonly Policy _aged = With(new MinimumAgeRule(Duration.FromDays(7), new([])));

    readonly ReplayWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_release_that_the_candidate_hides_is_named_with_its_downloads_and_what_is_served_instead()
    {
        KeepDemo();
        _world.Download("demo-2.0-py3-none-any.whl", times: 3);
        _world.Download("demo-2.0-py3-none-any.whl", daysAgo: 1);
        _world.Download("demo-1.0-py3-none-any.whl", times: 5);
        Assert.Equal(["demo 2.0: 4 of 4, 0 in part, block, instead 1.0"], await _world.TellAsync(Blocking("demo>=2")));
        Assert.Equal(
            [
                "demo 1.0: 5 of 5, 0 in part, block, instead nothing",
                "demo 2.0: 4 of 4, 0 in part, block, instead nothing",
            ],
            await _world.TellAsync(Blocking("demo")));
        Assert.Empty(await _world.TellAsync(Policy.Default));
    }

    [Fact]
    public async Task A_download_is_judged_at_its_own_day_so_that_a_release_that_was_young_then_is_refused()
    {
        _world.Keep("demo", PolicyFiles.Wheel("demo", "1.0"), PolicyFiles.Wheel("demo", "2.0", days: 20));
        _world.Download("demo-2.0-py3-none-any.whl", times: 2, daysAgo: 18);
        _world.Download("demo-2.0-py3-none-any.whl", times: 1, daysAgo: 3);
        Assert.Equal(["demo 2.0: 2 of 3, 0 in part, minimumAge, instead 1.0"], await _world.TellAsync(_aged));
    }

    [Fact]
    public async Task What_was_uploaded_later_is_not_served_instead()
    {
        _world.Keep(
            "demo", PolicyFiles.Wheel("demo", "1.0"), PolicyFiles.Wheel("demo", "2.0", days: 20),
            PolicyFiles.Wheel("demo", "3.0", days: 10));
        _world.Download("demo-2.0-py3-none-any.whl", daysAgo: 18);
        Assert.Equal(
            ["demo 2.0: 1 of 1, 0 in part, block, instead 1.0"], await _world.TellAsync(Blocking("demo==2.0")));
    }

    [Fact]
    public async Task What_upstream_removed_after_the_download_was_not_refused()
    {
        _world.Keep(
            "demo", PolicyFiles.Wheel("demo", "2.0") with { RemovedAt = PolicyFiles.Now.AddDays(-5) });
        _world.Download("demo-2.0-py3-none-any.whl", daysAgo: 8);
        _world.Download("demo-2.0-py3-none-any.whl", daysAgo: 2);
        Assert.Equal(
            ["demo 2.0: 1 of 2, 0 in part, onUpstreamRemoval, instead nothing, already"],
            await _world.TellAsync(Policy.Default));
    }

    [Fact]
    public async Task A_release_of_which_some_files_stay_is_told_apart_from_one_that_is_refused()
    {
        _world.Keep("demo", PolicyFiles.Wheel("demo", "1.0"), PolicyFiles.File("demo-1.0.tar.gz", "demo"));
        _world.Download("demo-1.0.tar.gz", times: 2);
        Assert.Equal(
            ["demo 1.0: 0 of 2, 2 in part, packageTypes, instead 1.0"],
            await _world.TellAsync(With(new PackageTypesRule(["bdist_wheel"]))));
    }

    [Fact]
    public async Task Neither_a_pre_release_nor_a_yanked_release_is_served_instead_if_there_is_another()
    {
        _world.Keep(
            "demo", PolicyFiles.Wheel("demo", "1.0"), PolicyFiles.Wheel("demo", "1.5") with { Yanked = "broken" },
            PolicyFiles.Wheel("demo", "2.0"), PolicyFiles.Wheel("demo", "3.0rc1"));
        _world.Download("demo-2.0-py3-none-any.whl");
        Assert.Equal(
            ["demo 2.0: 1 of 1, 0 in part, block, instead 1.0"], await _world.TellAsync(Blocking("demo==2.0")));
        Assert.Equal(
            ["demo 2.0: 1 of 1, 0 in part, block, instead 3.0rc1"],
            await _world.TellAsync(Blocking("demo==2.0", "demo==1.0")));
    }

    [Fact]
    public async Task A_project_that_allow_does_not_name_is_refused_even_if_its_page_is_gone()
    {
        _world.Download("demo-2.0-py3-none-any.whl");
        var allowing = With() with { Allowed = new AllowRule(new(["other"])) };
        Assert.Equal(["demo 2.0: 1 of 1, 0 in part, allow, instead nothing"], await _world.TellAsync(allowing));
    }

    [Fact]
    public async Task What_the_policy_in_force_hides_already_is_marked()
    {
        KeepDemo();
        _world.Download("demo-2.0-py3-none-any.whl");
        Assert.Equal(
            ["demo 2.0: 1 of 1, 0 in part, block, instead 1.0, already"],
            await _world.TellAsync(Blocking("demo>=2"), Blocking("demo==2.0")));
    }

    [Fact]
    public async Task Spellings_of_a_version_are_one_release()
    {
        _world.Keep("demo", PolicyFiles.Wheel("demo", "1.0.0"), PolicyFiles.Wheel("demo", "0.9"));
        _world.Download("demo-1.0.tar.gz");
        _world.Download("demo-1.0.0-py3-none-any.whl");
        Assert.Equal(
            ["demo 1.0: 2 of 2, 0 in part, block, instead 0.9"], await _world.TellAsync(Blocking("demo==1.0")));
    }

    [Fact]
    public async Task A_waiver_lets_through_what_was_downloaded_until_its_end()
    {
        KeepDemo();
        _world.Download("demo-2.0-py3-none-any.whl", daysAgo: 9);
        _world.Download("demo-2.0-py3-none-any.whl", times: 2, daysAgo: 1);
        var waived = Blocking("demo>=2") with
        {
            Waivers = new Waivers([WaiverTests.Waive("demo==2.0", PolicyFiles.Now.AddDays(-5), WaivedRule.Block)]),
        };
        Assert.Equal(["demo 2.0: 2 of 3, 0 in part, block, instead 1.0"], await _world.TellAsync(waived));
    }

    [Fact]
    public async Task Downloads_of_which_nothing_is_kept_are_counted_and_not_judged()
    {
        KeepDemo();
        _world.Download("demo-9.0-py3-none-any.whl", times: 2);
        _world.Download("gone-1.0.tar.gz", times: 3);
        _world.Download("demo-1.0-py3-none-any.whl");
        var outcome = await _world.RunAsync(Blocking("demo", "gone"));
        Assert.Equal((6, 5), (outcome.Downloads, outcome.NotJudged));
        Assert.Equal("1.0", Assert.Single(outcome.Releases).Version);
    }

    [Fact]
    public async Task Only_the_days_that_are_asked_for_and_the_projects_that_the_caller_may_know_count()
    {
        KeepDemo();
        _world.Keep("secret", PolicyFiles.Wheel("secret", "1.0"));
        _world.Download("demo-2.0-py3-none-any.whl", daysAgo: 8);
        _world.Download("demo-2.0-py3-none-any.whl", daysAgo: 7);
        _world.Download("secret-1.0-py3-none-any.whl");
        var outcome = await _world.RunAsync(
            Blocking("demo", "secret"), mayRead: project => project.Value != "secret", days: 7);
        Assert.Equal((1, 1), (outcome.Downloads, Assert.Single(outcome.Releases).Refused));
    }

    [Fact]
    public async Task A_second_replay_at_the_same_time_is_told_to_wait()
    {
        var isAsked = false;
        await _world.Replay.InTurnAsync(
            async () =>
            {
                var rejected = await Assert.ThrowsAsync<RejectedException>(() => _world.Replay.InTurnAsync(
                    () => throw new InvalidOperationException("It is not this one's turn."), default));
                Assert.Equal(RejectionReason.Unavailable, rejected.Reason);
                isAsked = true;
                return await _world.RunAsync(Policy.Default);
            },
            default);
        Assert.True(isAsked);
        await _world.Replay.InTurnAsync(() => _world.RunAsync(Policy.Default), default);
    }

    void KeepDemo() => _world.Keep("demo", PolicyFiles.Wheel("demo", "1.0"), PolicyFiles.Wheel("demo", "2.0"));

    static Policy Blocking(params string[] entries) => With(new BlockRule(new(entries)));

    static Policy With(params IPolicyRule[] rules) =>
        new() { Version = "1", Rules = [.. rules, new RemovalRule(UpstreamRemoval.Hide)] };
}
