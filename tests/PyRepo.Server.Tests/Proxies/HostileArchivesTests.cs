using System.Buffers.Binary;
using Microsoft.AspNetCore.Http;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Attesting;
using PyRepo.Server.Content.Repositories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies;

/// <summary>Archives and pages that are made to get past the release guard, or to make it work.</summary>
public sealed class HostileArchivesTests : GuardedProxyTests
{
    const string Harmless = "../elsewhere\n", Evil = "import os; os.environ.get('HOME')\n";

    static readonly string _padding = new('x', 300_000);

    [Theory]
    [InlineData(Harmless, 1)]
    [InlineData(Evil, 0)]
    public async Task Startup_files_that_lie_far_apart_are_read_before_the_wheel_is_listed(string content, int visible)
    {
        Index.AddWheel(
            "demo", "2.0", Now.AddHours(-1), ("a.pth", content), ("demo/a.bin", _padding), ("b.pth", Harmless),
            ("demo/b.bin", _padding));
        await using var proxy = Open(PolicyAction.Hide);
        Assert.Equal(visible, (await proxy.GetVisibleAsync()).Count);
        Assert.Empty(Index.Whole);
    }

    [Theory]
    [InlineData(Harmless, 1)]
    [InlineData(Evil, 0)]
    public async Task A_long_directory_is_read_before_the_wheel_is_listed(string content, int visible)
    {
        var names = Enumerable.Range(0, 3000).Select(i => ($"demo/module_with_a_long_name_{i:d6}.py", ""));
        Index.AddWheel("demo", "2.0", Now.AddHours(-1), [("a.pth", content), .. names]);
        await using var proxy = Open(PolicyAction.Hide);
        Assert.Equal(visible, (await proxy.GetVisibleAsync()).Count);
        Assert.Empty(Index.Whole);
    }

    [Fact]
    public async Task A_directory_that_is_too_long_to_be_read_is_no_way_to_be_listed()
    {
        var names = Enumerable.Range(0, 22_000).Select(i => ($"demo/{new string('m', 150)}_{i:d6}.py", ""));
        Index.AddWheel("demo", "2.0", Now.AddHours(-1), [.. names]);
        await using var proxy = Open();
        await Eventually.IsAsync("it is inspected", "RecordMismatch", async () =>
            (await proxy.GetAsync()).Files.Single().HiddenBy.First().Entry);
        Assert.Empty(Index.Whole);
        Assert.InRange(Index.Ranges.Count, 3, 7);
    }

    [Fact]
    public async Task A_comment_after_the_directory_hides_nothing()
    {
        var wheel = GuardedIndex.MakeWheel("demo", "2.0", ("demo_init.pth", Evil));
        const int length = 60_000;
        BinaryPrimitives.WriteUInt16LittleEndian(wheel.AsSpan(^2), length);
        Index.Add("demo", "demo-2.0-py3-none-any.whl", Now.AddHours(-1), [.. wheel, .. new byte[length]]);
        await using var proxy = Open();
        Assert.Empty(await proxy.GetVisibleAsync());
        Assert.Contains("demo_init.pth", await proxy.RefuseAsync("demo-2.0-py3-none-any.whl"));
    }

    [Theory]
    [InlineData(PolicyAction.Hold)]
    [InlineData(PolicyAction.Hide)]
    public async Task A_wheel_that_does_not_fit_the_cache_is_judged_by_its_ranges(PolicyAction action)
    {
        var sound = Index.AddWheel("demo", "1.0", Now.AddDays(-100), ("demo/a.bin", _padding));
        var evil = Index.AddWheel("demo", "0.9", Now.AddDays(-200), ("x.pth", Evil), ("demo/a.bin", _padding));
        await using var proxy = Open(action, maxSize: 100_000);
        Assert.Null(await proxy.RefuseAsync(sound));
        Assert.Equal(action is PolicyAction.Hide, await proxy.RefuseAsync(evil) is not null);
    }

    [Fact]
    public async Task A_sdist_that_does_not_fit_the_cache_is_refused_only_where_a_finding_would_hide_it()
    {
        Index.Add("demo", "demo-1.0.tar.gz", Now.AddDays(-100), new byte[2_000_000]);
        Index.Add("demo", "demo-2.0.tar.gz", Now.AddHours(-1), new byte[2_000_000]);
        await using (var hold = Open(maxSize: 100_000))
        {
            Assert.Null(await hold.RefuseAsync("demo-1.0.tar.gz"));
            Assert.Contains("no room for all of it", await hold.RefuseAsync("demo-2.0.tar.gz"));
        }
        await using var hide = Open(PolicyAction.Hide, maxSize: 100_000);
        Assert.Contains("no room for all of it", await hide.RefuseAsync("demo-1.0.tar.gz"));
    }

    [Fact]
    public async Task What_was_cached_before_anybody_looked_and_cannot_be_read_is_hidden()
    {
        const string file = "demo-1.0-py3-none-any.whl";
        Index.Add("demo", file, Now.AddDays(-100), new byte[2000]);
        await using var proxy = Open(PolicyAction.Hide);
        await CacheAsync(proxy, file);
        Assert.Contains("cannot be inspected", await proxy.RefuseAsync(file));
        Assert.Empty(await proxy.GetVisibleAsync());
        Assert.Single(Index.Whole);
    }

    [Fact]
    public async Task What_the_disk_has_damaged_is_fetched_again_before_it_is_judged()
    {
        var file = Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        await using var proxy = Open(PolicyAction.Hide);
        await CacheAsync(proxy, file);
        var cached = Directory.GetFiles(Folder.Path, file, SearchOption.AllDirectories).Single();
        var length = new FileInfo(cached).Length;
        await File.WriteAllBytesAsync(cached, new byte[length]);
        Assert.Null(await proxy.RefuseAsync(file));
        Assert.Equal(2, Index.Whole.Count);
    }

    [Fact]
    public async Task An_upload_time_to_come_does_not_hold_a_file_for_longer()
    {
        Index.AddWheel("demo", "2.0", Now.AddYears(50), ("demo_init.pth", Evil));
        await using (var proxy = Open())
            Assert.Empty(await proxy.GetVisibleAsync());
        Clock.Advance(GuardedProxy.HoldFor / 2);
        await using var next = Open();
        Assert.Empty(await next.GetVisibleAsync());
        Clock.Advance(GuardedProxy.HoldFor / 2);
        Assert.Single(await next.GetVisibleAsync());
    }

    [Fact]
    public async Task The_age_of_a_requirement_is_read_without_examining_its_own_files()
    {
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        AddRequiring("demo", "2.0", "first");
        Index.AddWheel("first", "1.0", Now.AddDays(-100));
        AddRequiring("first", "2.0", "second");
        Index.AddWheel("second", "1.0", Now.AddDays(-100));
        await using var proxy = Open();
        Assert.Equal(2, (await proxy.GetVisibleAsync()).Count);
        Assert.Equal(["demo", "first"], Index.Pages);
        Assert.All(Index.Ranges, asked => Assert.StartsWith("demo-", asked.File, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_makes_the_proxy_read_few_others_at_a_time()
    {
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        foreach (var i in Enumerable.Range(0, 10))
        {
            var required = Enumerable.Range(0, 30).Select(each => $"other-{i}-{each}").ToArray();
            AddRequiring("demo", $"2.{i}", required);
            foreach (var other in required)
                Index.AddWheel(other, "1.0", Now.AddDays(-100));
        }
        await using var proxy = Open();
        // Those whose requirements are known are visible, and the others are not passed over: they come later.
        Assert.Equal(3, (await proxy.GetVisibleAsync()).Count);
        Assert.InRange(Index.Pages.Count, 60, 65);
        await Eventually.IsAsync("all are visible", 11, async () =>
        {
            Clock.Advance(GuardedProxy.Lifetime);
            return (await proxy.GetVisibleAsync()).Count;
        });
    }

    [Fact]
    public async Task A_requirement_whose_age_cannot_be_read_now_keeps_the_file_for_later()
    {
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        AddRequiring("demo", "2.0", "first");
        Index.Fails = project => project == "first";
        await using var proxy = Open();
        Assert.Single(await proxy.GetVisibleAsync());
        Index.AddWheel("first", "1.0", Now.AddHours(-2));
        Index.Fails = _ => false;
        await Eventually.IsAsync("it is judged", "YoungDependency", async () =>
        {
            Clock.Advance(GuardedProxy.Lifetime);
            return (await proxy.GetAsync()).Files.Single(file => !file.IsVisible).HiddenBy.First().Entry;
        });
    }

    [Fact]
    public async Task A_requirement_that_comes_after_the_file_is_a_young_one()
    {
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        AddRequiring("demo", "2.0", "later");
        await using var proxy = Open();
        Assert.Equal(
            ("YoungDependency", true),
            (await proxy.GetAsync()).Files.Where(file => !file.IsVisible).Select(file => file.HiddenBy.First())
                .Select(verdict => (verdict.Entry, verdict.Reason.Contains("upstream did not have"))).Single());
        Index.AddWheel("later", "1.0", Now.AddHours(-1));
        Clock.Advance(GuardedProxy.Lifetime);
        Assert.Single(await proxy.GetVisibleAsync());
    }

    [Fact]
    public async Task Another_minimum_age_counts_for_what_was_inspected_before()
    {
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        AddRequiring("demo", "2.0", "young");
        Index.AddWheel("young", "1.0", Now.AddDays(-5));
        await using var proxy = Open();
        foreach (var (days, visible) in ((int, int)[])[(3, 2), (7, 1), (3, 2)])
        {
            var settings = proxy.Inner.Settings;
            proxy.Inner.Settings = settings with
            {
                Guard = settings.Guard! with { MinimumAge = TimeSpan.FromDays(days) },
            };
            Assert.Equal(visible, (await proxy.GetVisibleAsync()).Count);
        }
    }

    [Fact]
    public async Task A_cached_file_is_judged_as_a_whole_though_upstream_sends_harmless_ranges()
    {
        var harmless = GuardedIndex.MakeWheel("demo", "1.0", ("x.pth", Harmless.PadRight(Evil.Length)));
        var file = Index.AddWheel("demo", "1.0", Now.AddHours(-1), ("x.pth", Evil));
        await using var proxy = Open();
        await CacheAsync(proxy, file);
        Index.File = context => TypedResults.Bytes(harmless, enableRangeProcessing: true).ExecuteAsync(context);
        Clock.Advance(GuardedProxy.Lifetime);
        Assert.Single(await proxy.GetVisibleAsync());
        Assert.NotEmpty(Index.Ranges);
        Assert.Contains("x.pth", await proxy.RefuseAsync(file));
        Assert.Empty(await proxy.GetVisibleAsync());
    }

    [Fact]
    public async Task A_file_whose_project_goes_while_it_is_judged_is_judged_all_the_same()
    {
        Index.HasRanges = false;
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        Index.AddWheel(
            "demo", "2.0", Now.AddHours(-1), ("x.pth", Evil),
            ("METADATA", "Metadata-Version: 2.1\nName: demo\nVersion: 2.0\nRequires-Dist: first\n"));
        await using var proxy = Open();
        Assert.Equal(2, (await proxy.GetVisibleAsync()).Count);
        Assert.Null(await proxy.RefuseAsync("demo-1.0-py3-none-any.whl"));
        ProjectAnswer? meanwhile = null;
        Index.Fails = project =>
        {
            if (project == "first")
            {
                Index.Remove("demo");
                Clock.Advance(GuardedProxy.Lifetime);
                meanwhile = proxy.Inner.GetProjectAsync(ProjectName.Parse("demo"), null, default).AsTask().Result;
            }
            return false;
        };
        Assert.Contains("x.pth", await proxy.RefuseAsync("demo-2.0-py3-none-any.whl"));
        Assert.NotNull(meanwhile);
        Assert.IsNotType<ProjectAnswer.Known>(meanwhile);
    }

    void AddRequiring(string project, string version, params string[] required) => Index.AddWheel(
        project, version, Now.AddHours(-1),
        ("METADATA", $"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n"
            + string.Concat(required.Select(each => $"Requires-Dist: {each}\n"))));

    /// <summary>Fetches a file while the proxy has no guard.</summary>
    static async Task CacheAsync(GuardedProxy proxy, string fileName)
    {
        var settings = proxy.Inner.Settings;
        proxy.Inner.Settings = settings with { Guard = null };
        Assert.Null(await proxy.RefuseAsync(fileName));
        var file = (await proxy.GetAsync()).Files.Single().Distribution;
        await Eventually.IsAsync("it is cached", async () =>
            await proxy.Inner.Files.FindCachedAsync(file, default) is not null);
        proxy.Inner.Settings = settings;
    }

    GuardedProxy Open(PolicyAction action = PolicyAction.Hold, long maxSize = long.MaxValue) =>
        GuardedProxy.Open(Index, Folder.Path, Clock, action, maxSize: maxSize);
}
