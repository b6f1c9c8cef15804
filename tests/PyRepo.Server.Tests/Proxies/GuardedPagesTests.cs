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
public sealed class GuardedPagesTests : IAsyncLifetime
{
    const string StartupCode = "import os; os.environ.get('HOME')\n";

    static readonly TimeSpan _lifetime = TimeSpan.FromMinutes(5), _week = TimeSpan.FromDays(7);
    static readonly (string, string) _startup = ("demo_init.pth", StartupCode);

    readonly TemporaryFolder _folder = new();
    readonly FakeClock _clock = new();
    readonly UsedNames _names = new();
    GuardedIndex? _index;

    GuardedIndex Index => _index!;

    DateTimeOffset Now => _clock.GetUtcNow();

    public async ValueTask InitializeAsync() => _index = await GuardedIndex.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Index.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_new_wheel_with_a_startup_file_is_held_at_first_sight_by_two_ranges_of_64_KiB()
    {
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        var evil = Index.AddWheel(
            "demo", "2.0", Now.AddHours(-1), _startup, ("demo/data.bin", new string('x', 100_000)));
        await using var proxy = Open();
        var project = await GetAsync(proxy);
        Assert.Equal(["demo-1.0-py3-none-any.whl"], Visible(project));
        Assert.Equal(
            ["StartupFile", "NewStartupFile"],
            project.Files.Single(file => !file.IsVisible).HiddenBy.Select(verdict => verdict.Entry));
        Assert.Equal(2, Index.Ranges.Count(asked => asked.File == evil));
        Assert.Empty(Index.Whole);
        Assert.Contains("demo_init.pth", await RefuseAsync(proxy, evil));
        Assert.Contains("demo_init.pth", await RefuseAsync(proxy, evil, FileContentKind.Metadata));
        Assert.Empty(Index.Whole);
    }

    [Fact]
    public async Task Each_wheel_is_inspected_once_also_over_refreshes_and_restarts()
    {
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        Index.AddWheel("demo", "2.0", Now.AddHours(-1), _startup);
        await using (var proxy = Open())
        {
            await GetAsync(proxy);
            _clock.Advance(_lifetime);
            Assert.Single(Visible(await GetAsync(proxy)));
        }
        var asked = Index.Ranges.Count;
        await using var next = Open();
        _clock.Advance(_lifetime);
        Assert.Single(Visible(await GetAsync(next)));
        Assert.Equal(asked, Index.Ranges.Count);
    }

    [Fact]
    public async Task What_is_held_becomes_visible_by_itself()
    {
        Index.AddWheel("demo", "2.0", Now.AddHours(-1), _startup);
        await using var proxy = Open();
        Assert.Empty(Visible(await GetAsync(proxy)));
        _clock.Advance(_week);
        var project = await GetAsync(proxy);
        Assert.Single(Visible(project));
        Assert.Equal("StartupFile", Assert.Single(project.Files.Single().Reported).Entry);
    }

    [Fact]
    public async Task Report_shows_at_once_and_says_what_was_found_when_it_is()
    {
        Index.AddWheel("demo", "2.0", Now.AddHours(-1), _startup);
        await using var proxy = Open(PolicyAction.Report);
        Assert.Single(Visible(await GetAsync(proxy)));
        await Eventually.IsAsync("the finding is reported", 1, async () =>
            (await GetAsync(proxy)).Files.Single().Reported.Length);
        Assert.Single(Visible(await GetAsync(proxy)));
    }

    [Fact]
    public async Task What_is_not_inspected_yet_is_held_and_shown_once_it_is()
    {
        var gate = new TaskCompletionSource();
        Index.File = _ => gate.Task;
        var file = Index.AddWheel("demo", "2.0", Now.AddHours(-1));
        await using var proxy = Open();
        var project = await GetAsync(proxy);
        Assert.Empty(Visible(project));
        Assert.Equal("is not inspected yet", project.Files.Single().HiddenBy.Single().Reason);
        Assert.Contains("is not inspected yet", await RefuseAsync(proxy, file));
        gate.SetResult();
        await Eventually.IsAsync("it is visible", 1, async () => Visible(await GetAsync(proxy)).Count());
    }

    [Fact]
    public async Task An_upstream_that_fails_is_asked_again_later()
    {
        Index.File = context => ScriptedIndex.Status(context, 500);
        Index.AddWheel("demo", "2.0", Now.AddHours(-1));
        await using var proxy = Open();
        Assert.Empty(Visible(await GetAsync(proxy)));
        Index.File = _ => Task.CompletedTask;
        await Eventually.IsAsync("it is visible", 1, async () =>
        {
            _clock.Advance(_lifetime);
            return Visible(await GetAsync(proxy)).Count();
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
        Assert.Single(Visible(await GetAsync(proxy)));
        Assert.Contains("demo_init.pth", await RefuseAsync(proxy, evil));
        Assert.Empty(Visible(await GetAsync(proxy)));
        Assert.Contains("demo_init.pth", await RefuseAsync(proxy, evil));
        Assert.Equal([evil], Index.Whole);
        Assert.Null(await proxy.Inner.Files.FindCachedAsync(
            (await GetAsync(proxy)).Files.Single().Distribution, default));
    }

    [Fact]
    public async Task An_old_file_is_inspected_when_it_is_fetched_and_hidden_for_good_if_the_policy_says_so()
    {
        var old = Index.AddWheel("demo", "1.0", Now.AddDays(-100), _startup);
        await using var hidden = Open(PolicyAction.Hide);
        Assert.Single(Visible(await GetAsync(hidden)));
        Assert.Contains("demo_init.pth", await RefuseAsync(hidden, old));
        Assert.Empty(Visible(await GetAsync(hidden)));
    }

    [Fact]
    public async Task An_old_file_is_not_held_but_reported()
    {
        var old = Index.AddWheel("demo", "1.0", Now.AddDays(-100), _startup);
        await using var held = Open();
        Assert.Single(Visible(await GetAsync(held)));
        Assert.Null(await RefuseAsync(held, old));
        var file = (await GetAsync(held)).Files.Single();
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
        Assert.Single(Visible(await GetAsync(proxy)));
        Assert.Contains("demo_init.pth", await RefuseAsync(proxy, evil));
        Assert.Empty(Visible(await GetAsync(proxy)));
    }

    [Fact]
    public async Task A_sdist_is_inspected_while_it_is_fetched()
    {
        var sdist = TarGz("demo-2.0", ("demo_init.pth", StartupCode));
        Index.Add("demo", "demo-2.0.tar.gz", Now.AddHours(-1), sdist);
        await using var proxy = Open();
        Assert.Single(Visible(await GetAsync(proxy)));
        Assert.Contains("demo_init.pth", await RefuseAsync(proxy, "demo-2.0.tar.gz"));
        Assert.Empty(Visible(await GetAsync(proxy)));
    }

    [Fact]
    public async Task A_young_project_that_a_release_begins_to_require_holds_the_release()
    {
        const string metadata = "Metadata-Version: 2.1\nName: demo\nVersion: 2.0\nRequires-Dist: plain-helper\n";
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        Index.AddWheel("demo", "2.0", Now.AddHours(-1), ("METADATA", metadata));
        Index.AddWheel("plain-helper", "4.2", Now.AddHours(-18));
        await using var proxy = Open();
        var held = (await GetAsync(proxy)).Files.Single(file => !file.IsVisible);
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
        Assert.Equal(2, Visible(await GetAsync(proxy)).Count());
    }

    [Fact]
    public async Task A_file_that_appears_on_an_old_release_is_held()
    {
        Index.AddWheel("demo", "1.0", Now.AddDays(-100));
        await using var proxy = Open();
        Assert.Single(Visible(await GetAsync(proxy)));
        _clock.Advance(_lifetime);
        // Upstream dates it back.
        Index.Add(
            "demo", "demo-1.0-py2.py3-none-any.whl", Now.AddDays(-99),
            GuardedIndex.MakeWheel("demo", "1.0", ("x.py", "")));
        var held = (await GetAsync(proxy)).Files.Single(file => !file.IsVisible);
        Assert.Equal("OldReleaseNewFile", Assert.Single(held.HiddenBy).Entry);
    }

    [Fact]
    public async Task A_new_project_with_almost_the_name_of_one_in_use_is_held()
    {
        _names.UseFetched([ProjectName.Parse("demonstration")]);
        Index.AddWheel("demonstratoin", "1.0", Now.AddHours(-2));
        Index.AddWheel("demonstration", "1.0", Now.AddHours(-2));
        await using var proxy = Open();
        var held = Assert.Single((await GetAsync(proxy, "demonstratoin")).Files);
        Assert.Equal("LookAlike", Assert.Single(held.HiddenBy).Entry);
        Assert.Single(Visible(await GetAsync(proxy, "demonstration")));
    }

    [Fact]
    public async Task A_look_alike_stays_one_until_it_is_known_again_what_is_fetched()
    {
        Index.AddWheel("demonstratoin", "1.0", Now.AddHours(-2));
        var names = new UsedNames();
        names.UseFetched([ProjectName.Parse("demonstration")]);
        await using (var proxy = Open(names: names))
            Assert.Empty(Visible(await GetAsync(proxy, "demonstratoin")));
        names = new UsedNames();
        await using var next = Open(names: names);
        _clock.Advance(_lifetime);
        Assert.Empty(Visible(await GetAsync(next, "demonstratoin")));
        names.UseFetched([]);
        _clock.Advance(_lifetime);
        Assert.Single(Visible(await GetAsync(next, "demonstratoin")));
    }

    [Fact]
    public async Task A_project_that_the_policy_names_is_no_look_alike()
    {
        _names.UseNamed([ProjectName.Parse("demonstratoin")]);
        _names.UseFetched([ProjectName.Parse("demonstration")]);
        Index.AddWheel("demonstratoin", "1.0", Now.AddHours(-2));
        await using var proxy = Open();
        Assert.Single(Visible(await GetAsync(proxy, "demonstratoin")));
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
            return (await GetAsync(proxy)).Files.Single(file => !file.IsVisible).HiddenBy;
        }
    }

    [Fact]
    public async Task What_was_cached_before_anybody_looked_is_inspected_before_it_is_served_again()
    {
        var old = Index.AddWheel("demo", "1.0", Now.AddDays(-100), _startup);
        await using var proxy = Open(PolicyAction.Hide);
        proxy.Inner.Settings = proxy.Inner.Settings with { Guard = null };
        Assert.Null(await RefuseAsync(proxy, old));
        var file = (await GetAsync(proxy)).Files.Single().Distribution;
        await Eventually.IsAsync("it is cached", async () =>
            await proxy.Inner.Files.FindCachedAsync(file, default) is not null);
        proxy.Inner.Settings = proxy.Inner.Settings with { Guard = GetGuard(isAwaited: true) };
        Assert.Contains("demo_init.pth", await RefuseAsync(proxy, old));
        Assert.Empty(Visible(await GetAsync(proxy)));
        Assert.Single(Index.Whole);
    }

    [Fact]
    public async Task Without_a_guard_no_range_is_asked_for()
    {
        Index.AddWheel("demo", "2.0", Now.AddHours(-1), _startup);
        await using var proxy = Open();
        proxy.Inner.Settings = proxy.Inner.Settings with { Guard = null };
        Assert.Null((await GetAsync(proxy)).Files.Single().Distribution.Guard);
        Assert.Empty(Index.Ranges);
        // A resource that begins to ask is heeded at once, though the page is fresh.
        proxy.Inner.Settings = proxy.Inner.Settings with { Guard = GetGuard(isAwaited: true) };
        await Eventually.IsAsync("it is held", 0, async () => Visible(await GetAsync(proxy)).Count());
    }

    static IEnumerable<string> Visible(ProjectSnapshot project) => project.Visible.Select(file => file.Name.FileName);

    static async Task<ProjectSnapshot> GetAsync(Proxy proxy, string project = "demo") =>
        Assert.IsType<ProjectAnswer.Known>(
            await proxy.Filtered.GetProjectAsync(ProjectName.Parse(project), null, default)).Snapshot;

    /// <summary>Reads a file to its end. Returns why that fails, or null.</summary>
    static async Task<string?> RefuseAsync(Proxy proxy, string fileName, FileContentKind kind = FileContentKind.Bytes)
    {
        var project = ProjectName.Parse("demo");
        var inner = Assert.IsType<ProjectAnswer.Known>(await proxy.Inner.GetProjectAsync(project, null, default));
        var sha256 = inner.Snapshot.Files.Select(file => file.Distribution)
            .Single(file => file.Name.FileName == fileName).Sha256;
        var request = new FileRequest(project, fileName, sha256!.Value.Prefix16, kind);
        switch (await proxy.Filtered.OpenAsync(request, default))
        {
            case OpenAnswer.NotFound refused:
                return refused.Reason;
            case OpenAnswer.Unavailable unavailable:
                return unavailable.Reason;
            case OpenAnswer.Found found:
                await using (found.Content)
                {
                    using var received = new MemoryStream();
                    try
                    {
                        await using var stream = await found.Content.OpenStreamAsync(0, default);
                        await stream.CopyToAsync(received);
                        return null;
                    }
                    catch (BrokenOffException error)
                    {
                        Assert.True(received.Length < found.Content.Length, "the last byte was sent");
                        return error.Message;
                    }
                }
            case var other:
                throw new InvalidOperationException($"{other}");
        }
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

    GuardSettings GetGuard(bool isAwaited, UsedNames? names = null) => new(_week, _week, isAwaited, names ?? _names);

    Proxy Open(PolicyAction action = PolicyAction.Hold, UsedNames? names = null)
    {
        var (store, budget) = (new DirectoryStore(_folder.Path), new MemoryBudget(16 << 20));
        var cached = new CachedRepository(
            new SimpleClient(Index.Settings, _clock, NullLogger.Instance), store,
            new ProjectRecords(store, budget, _clock), budget,
            new CacheSettings
            {
                Times = new(_lifetime, _lifetime, _lifetime, _lifetime),
                Guard = GetGuard(isAwaited: action is not PolicyAction.Report, names),
            },
            _clock, NullLogger.Instance, default);
        var filtered = new FilteredRepository(cached, budget, _clock)
        {
            Policy = new Policy
            {
                Version = $"{action}",
                Rules = [.. GuardFindingRule.From(new GuardSpec { Action = action })],
            },
        };
        cached.Judge = file => filtered.Policy.Judge(file, Now);
        return new Proxy(cached, filtered);
    }

    sealed record Proxy(CachedRepository Inner, FilteredRepository Filtered) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Inner.DisposeAsync();
    }
}
