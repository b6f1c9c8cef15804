using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Attesting;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Server.Tests.Proxies.Upstream;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies;

/// <summary>A proxy inspects new files of its upstream before it lists them, and the others when they are fetched.</summary>
public sealed class GuardedPagesTests : GuardedProxyTests
{
    const string StartupCode = "import os; os.environ.get('HOME')\n";

    static readonly TimeSpan _lifetime = GuardedProxy.Lifetime, _week = GuardedProxy.HoldFor;
    static readonly (string, string) _startup = ("demo_init.pth", StartupCode);

    readonly UsedNames _names = new();

    [Fact]
    public async Task A_new_wheel_with_a_startup_file_is_held_at_first_sight_by_two_ranges_of_64_KiB()
    {
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        var evil = Index.AddWheel(
            "demo", "2.0", Now.AddHours(-1), _startup, ("demo/data.bin", new string('x', 100_000)));
        await using var proxy = Open();
        var project = await proxy.GetAsync();
        Assert.Equal(["demo-1.0-py3-none-any.whl"], project.Visible.Select(file => file.Name.FileName));
        Assert.Equal(
            ["StartupFile", "NewStartupFile"],
            project.Files.Single(file => !file.IsVisible).HiddenBy.Select(verdict => verdict.Entry));
        Assert.Equal(2, Index.Ranges.Count(asked => asked.File == evil));
        Assert.Empty(Index.Whole);
        Assert.Contains("demo_init.pth", await proxy.RefuseAsync(evil));
        Assert.Contains("demo_init.pth", await proxy.RefuseAsync(evil, FileContentKind.Metadata));
        Assert.Empty(Index.Whole);
    }

    [Fact]
    public async Task Each_wheel_is_inspected_once_also_over_refreshes_and_restarts()
    {
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        Index.AddWheel("demo", "2.0", Now.AddHours(-1), _startup);
        await using (var proxy = Open())
        {
            await proxy.GetAsync();
            Clock.Advance(_lifetime);
            Assert.Single(await proxy.GetVisibleAsync());
        }
        var asked = Index.Ranges.Count;
        await using var next = Open();
        Clock.Advance(_lifetime);
        Assert.Single(await next.GetVisibleAsync());
        Assert.Equal(asked, Index.Ranges.Count);
    }

    [Fact]
    public async Task What_is_held_becomes_visible_by_itself()
    {
        Index.AddWheel("demo", "2.0", Now.AddHours(-1), _startup);
        await using var proxy = Open();
        Assert.Empty(await proxy.GetVisibleAsync());
        Clock.Advance(_week);
        var project = await proxy.GetAsync();
        Assert.Single(project.Visible.Select(file => file.Name.FileName));
        Assert.Equal("StartupFile", Assert.Single(project.Files.Single().Reported).Entry);
    }

    [Fact]
    public async Task Report_shows_at_once_and_says_what_was_found_when_it_is()
    {
        Index.AddWheel("demo", "2.0", Now.AddHours(-1), _startup);
        await using var proxy = Open(PolicyAction.Report);
        Assert.Single(await proxy.GetVisibleAsync());
        await Eventually.IsAsync("the finding is reported", 1, async () =>
            (await proxy.GetAsync()).Files.Single().Reported.Length);
        Assert.Single(await proxy.GetVisibleAsync());
    }

    [Fact]
    public async Task What_is_not_inspected_yet_is_held_and_shown_once_it_is()
    {
        var gate = new TaskCompletionSource();
        Index.File = _ => gate.Task;
        var file = Index.AddWheel("demo", "2.0", Now.AddHours(-1));
        await using var proxy = Open();
        var project = await proxy.GetAsync();
        Assert.Empty(project.Visible.Select(file => file.Name.FileName));
        Assert.Equal("is not inspected yet", project.Files.Single().HiddenBy.Single().Reason);
        Assert.Contains("is not inspected yet", await proxy.RefuseAsync(file));
        gate.SetResult();
        await Eventually.IsAsync("it is visible", 1, async () => (await proxy.GetVisibleAsync()).Count);
    }

    [Fact]
    public async Task An_upstream_that_fails_is_asked_again_later()
    {
        Index.File = context => ScriptedIndex.Status(context, 500);
        Index.AddWheel("demo", "2.0", Now.AddHours(-1));
        await using var proxy = Open();
        Assert.Empty(await proxy.GetVisibleAsync());
        Index.File = _ => Task.CompletedTask;
        await Eventually.IsAsync("it is visible", 1, async () =>
        {
            Clock.Advance(_lifetime);
            return (await proxy.GetVisibleAsync()).Count;
        });
    }

    [Theory]
    [InlineData(100)]
    [InlineData(3_000_000)]
    public async Task Without_ranges_a_file_is_inspected_before_its_last_byte_and_nothing_of_it_is_kept(int length)
    {
        Index.HasRanges = false;
        var evil = Index.AddWheel(
            "demo", "2.0", Now.AddHours(-1), _startup, ("demo/data.bin", new string('x', length)));
        await using var proxy = Open();
        Assert.Single(await proxy.GetVisibleAsync());
        Assert.Contains("demo_init.pth", await proxy.RefuseAsync(evil));
        Assert.Empty(await proxy.GetVisibleAsync());
        Assert.Contains("demo_init.pth", await proxy.RefuseAsync(evil));
        Assert.Equal([evil], Index.Whole);
        Assert.Null(await proxy.Inner.Files.FindCachedAsync(
            (await proxy.GetAsync()).Files.Single().Distribution, default));
    }

    [Fact]
    public async Task An_old_file_is_inspected_when_it_is_fetched_and_hidden_for_good_if_the_policy_says_so()
    {
        var old = Index.AddWheel("demo", "1.0", Now.AddDays(-100), _startup);
        await using var hidden = Open(PolicyAction.Hide);
        Assert.Single(await hidden.GetVisibleAsync());
        Assert.Contains("demo_init.pth", await hidden.RefuseAsync(old));
        Assert.Empty(await hidden.GetVisibleAsync());
    }

    [Fact]
    public async Task An_old_file_is_not_held_but_reported()
    {
        var old = Index.AddWheel("demo", "1.0", Now.AddDays(-100), _startup);
        await using var held = Open();
        Assert.Single(await held.GetVisibleAsync());
        Assert.Null(await held.RefuseAsync(old));
        var file = (await held.GetAsync()).Files.Single();
        Assert.Equal("StartupFile", Assert.Single(file.Reported).Entry);
        await Eventually.IsAsync("it is cached, before its folder goes", async () =>
            await held.Inner.Files.FindCachedAsync(file.Distribution, default) is not null);
    }

    [Fact]
    public async Task Ranges_that_say_something_else_than_the_whole_file_do_not_help()
    {
        var evil = Index.AddWheel("demo", "2.0", Now.AddHours(-1), _startup);
        var harmless = GuardedIndex.MakeWheel("demo", "2.0", ("demo_init.txt", StartupCode));
        // The file's host answers ranges of another file, which is as long.
        Index.File = context => context.Request.Headers.Range.Count == 0
            ? Task.CompletedTask
            : TypedResults.Bytes(harmless, enableRangeProcessing: true).ExecuteAsync(context);
        await using var proxy = Open();
        Assert.Single(await proxy.GetVisibleAsync());
        Assert.Contains("demo_init.pth", await proxy.RefuseAsync(evil));
        Assert.Empty(await proxy.GetVisibleAsync());
    }

    [Fact]
    public async Task A_sdist_is_inspected_while_it_is_fetched()
    {
        var sdist = TarGz("demo-2.0", ("demo_init.pth", StartupCode));
        Index.Add("demo", "demo-2.0.tar.gz", Now.AddHours(-1), sdist);
        await using var proxy = Open();
        Assert.Single(await proxy.GetVisibleAsync());
        Assert.Contains("demo_init.pth", await proxy.RefuseAsync("demo-2.0.tar.gz"));
        Assert.Empty(await proxy.GetVisibleAsync());
    }

    [Fact]
    public async Task A_young_project_that_a_release_begins_to_require_holds_the_release()
    {
        const string metadata = "Metadata-Version: 2.1\nName: demo\nVersion: 2.0\nRequires-Dist: plain-helper\n";
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        Index.AddWheel("demo", "2.0", Now.AddHours(-1), ("METADATA", metadata));
        Index.AddWheel("plain-helper", "4.2", Now.AddHours(-18));
        await using var proxy = Open();
        var held = (await proxy.GetAsync()).Files.Single(file => !file.IsVisible);
        Assert.Equal("YoungDependency", Assert.Single(held.HiddenBy).Entry);
        Assert.Contains("'plain-helper'", held.HiddenBy[0].Reason);
    }

    [Fact]
    public async Task An_old_project_that_a_release_begins_to_require_does_not()
    {
        const string metadata = "Metadata-Version: 2.1\nName: demo\nVersion: 2.0\nRequires-Dist: helper\n";
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        Index.AddWheel("demo", "2.0", Now.AddHours(-1), ("METADATA", metadata));
        Index.AddWheel("helper", "4.2", Now.AddDays(-50));
        await using var proxy = Open();
        Assert.Equal(2, (await proxy.GetVisibleAsync()).Count);
    }

    [Fact]
    public async Task A_file_that_appears_on_an_old_release_is_held()
    {
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        await using var proxy = Open();
        Assert.Single(await proxy.GetVisibleAsync());
        Clock.Advance(_lifetime);
        // Upstream dates it back.
        Index.Add(
            "demo", "demo-1.0-py2.py3-none-any.whl", Now.AddDays(-99),
            GuardedIndex.MakeWheel("demo", "1.0", ("x.py", "")));
        var held = (await proxy.GetAsync()).Files.Single(file => !file.IsVisible);
        Assert.Equal("OldReleaseNewFile", Assert.Single(held.HiddenBy).Entry);
    }

    [Fact]
    public async Task A_replaced_file_is_held_from_when_that_was_seen_however_long_ago_the_page_was_read()
    {
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        await using (var proxy = Open())
            Assert.Single(await proxy.GetVisibleAsync());
        Clock.Advance(2 * _week);
        var file = Index.AddWheel("demo", "1.0", Now.AddDays(-100), ("demo/other.py", ""));
        await using var next = Open();
        var held = Assert.Single((await next.GetAsync()).Files);
        Assert.Equal("ChangedBytes", Assert.Single(held.HiddenBy).Entry);
        Assert.Contains(", and had sha256=", await next.RefuseAsync(file));
        Clock.Advance(_week);
        Assert.Single(await next.GetVisibleAsync());
    }

    [Fact]
    public async Task A_file_that_lost_its_hash_is_held_unless_the_cache_has_its_first_bytes()
    {
        var file = Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        var other = Index.AddWheel("demo", "2.0", Now.AddDays(-50));
        await using var proxy = Open();
        Assert.Null(await proxy.RefuseAsync(file));
        var first = (await proxy.GetAsync()).Visible.Single(each => each.Name.FileName == file);
        await Eventually.IsAsync("it is cached", async () =>
            await proxy.Inner.Files.FindCachedAsync(first, default) is not null);
        Index.RemoveHashes("demo");
        Clock.Advance(_lifetime);
        var project = await proxy.GetAsync();
        Assert.Equal((file, first.Sha256), project.Visible.Select(each => (each.Name.FileName, each.Sha256)).Single());
        var held = project.Files.Single(each => !each.IsVisible);
        Assert.Equal((other, "ChangedBytes"), (held.Distribution.Name.FileName, Assert.Single(held.HiddenBy).Entry));
    }

    [Fact]
    public async Task Without_a_guard_a_replaced_file_is_reported_too()
    {
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        Index.AddWheel("demo", "2.0", Now.AddDays(-50));
        await using var proxy = Open();
        proxy.Inner.Settings = proxy.Inner.Settings with { Guard = null };
        proxy.Filtered.Policy = Policy.Default;
        Assert.All((await proxy.GetAsync()).Files, file => Assert.Empty(file.Reported));
        Clock.Advance(_lifetime);
        var changed = Index.AddWheel("demo", "1.0", Now.AddDays(-100), ("demo/other.py", ""));
        var project = await proxy.GetAsync();
        Assert.Equal(2, project.Visible.Count());
        var reported = Assert.Single(project.Files, file => file.Reported.Length > 0);
        Assert.Equal((changed, "ChangedBytes"), (reported.Distribution.Name.FileName, reported.Reported[0].Entry));
        Assert.Equal(1, proxy.Inner.ReplacedFiles);
    }

    [Fact]
    public async Task A_new_project_with_almost_the_name_of_one_in_use_is_held()
    {
        _names.UseFetched([ProjectName.Parse("demonstration")]);
        Index.AddWheel("demonstratoin", "1.0", Now.AddHours(-2));
        Index.AddWheel("demonstration", "1.0", Now.AddHours(-2));
        await using var proxy = Open();
        var held = Assert.Single((await proxy.GetAsync("demonstratoin")).Files);
        Assert.Equal("LookAlike", Assert.Single(held.HiddenBy).Entry);
        Assert.Single(await proxy.GetVisibleAsync("demonstration"));
    }

    [Fact]
    public async Task A_look_alike_stays_one_until_it_is_known_again_what_is_fetched()
    {
        Index.AddWheel("demonstratoin", "1.0", Now.AddHours(-2));
        var names = new UsedNames();
        names.UseFetched([ProjectName.Parse("demonstration")]);
        await using (var proxy = Open(names: names))
            Assert.Empty(await proxy.GetVisibleAsync("demonstratoin"));
        names = new UsedNames();
        await using var next = Open(names: names);
        Clock.Advance(_lifetime);
        Assert.Empty(await next.GetVisibleAsync("demonstratoin"));
        names.UseFetched([]);
        Clock.Advance(_lifetime);
        Assert.Single(await next.GetVisibleAsync("demonstratoin"));
    }

    [Fact]
    public async Task A_project_that_the_policy_names_is_no_look_alike()
    {
        _names.UseNamed([ProjectName.Parse("demonstratoin")]);
        _names.UseFetched([ProjectName.Parse("demonstration")]);
        Index.AddWheel("demonstratoin", "1.0", Now.AddHours(-2));
        await using var proxy = Open();
        Assert.Single(await proxy.GetVisibleAsync("demonstratoin"));
    }

    [Fact]
    public async Task All_that_was_found_out_outlives_a_restart()
    {
        const string metadata = "Metadata-Version: 2.1\nName: demo\nVersion: 2.0\nRequires-Dist: plain-helper\n";
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        Index.AddWheel(
            "demo", "2.0", Now.AddHours(-1), ("METADATA", metadata), ("requests/api.py", ""), _startup,
            ("entry_points.txt", "[console_scripts]\npip = demo:main\n"), ("demo/x.so", ""));
        Index.AddWheel("plain-helper", "4.2", Now.AddHours(-18));
        var before = await FindAsync();
        Assert.Equal(
            ["StartupFile", "ShadowsInterpreter", "OutsideItsPackage", "NewStartupFile", "NewNativeCode",
                "YoungDependency"],
            before.Select(verdict => verdict.Entry));
        var asked = Index.Ranges.Count;
        Assert.Equal(before, await FindAsync());
        Assert.Equal(asked, Index.Ranges.Count);

        async Task<IReadOnlyList<Verdict>> FindAsync()
        {
            await using var proxy = Open();
            return (await proxy.GetAsync()).Files.Single(file => !file.IsVisible).HiddenBy;
        }
    }

    [Fact]
    public async Task What_was_cached_before_anybody_looked_is_inspected_before_it_is_served_again()
    {
        var old = Index.AddWheel("demo", "1.0", Now.AddDays(-100), _startup);
        await using var proxy = Open(PolicyAction.Hide);
        proxy.Inner.Settings = proxy.Inner.Settings with { Guard = null };
        Assert.Null(await proxy.RefuseAsync(old));
        var file = (await proxy.GetAsync()).Files.Single().Distribution;
        await Eventually.IsAsync("it is cached", async () =>
            await proxy.Inner.Files.FindCachedAsync(file, default) is not null);
        proxy.Inner.Settings = proxy.Inner.Settings with { Guard = GuardedProxy.GetGuard(_names) };
        Assert.Contains("demo_init.pth", await proxy.RefuseAsync(old));
        Assert.Empty(await proxy.GetVisibleAsync());
        Assert.Single(Index.Whole);
    }

    [Fact]
    public async Task Without_a_guard_no_range_is_asked_for()
    {
        Index.AddWheel("demo", "2.0", Now.AddHours(-1), _startup);
        await using var proxy = Open();
        proxy.Inner.Settings = proxy.Inner.Settings with { Guard = null };
        Assert.Null((await proxy.GetAsync()).Files.Single().Distribution.Guard);
        Assert.Empty(Index.Ranges);
        // A resource that begins to ask is heeded at once, though the page is fresh.
        proxy.Inner.Settings = proxy.Inner.Settings with { Guard = GuardedProxy.GetGuard(_names) };
        await Eventually.IsAsync("it is held", 0, async () => (await proxy.GetVisibleAsync()).Count);
    }

    static byte[] TarGz(string top, params (string Name, string Content)[] members)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(
            bytes, CompressionMode.Compress, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (name, content) in members.Append(("PKG-INFO", "Metadata-Version: 2.1\nName: demo\n")))
            {
                tar.WriteEntry(new PaxTarEntry(
                    TarEntryType.RegularFile, $"{top}/{name}")
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                });
            }
        }
        return bytes.ToArray();
    }

    GuardedProxy Open(PolicyAction action = PolicyAction.Hold, UsedNames? names = null) =>
        GuardedProxy.Open(Index, Folder.Path, Clock, action, names ?? _names);
}
