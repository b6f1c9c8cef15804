using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Server.Tests.Groups;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies;

public sealed class CachedRepositoryTests : IDisposable
{
    static readonly TimeSpan _lifetime = TimeSpan.FromMinutes(5);
    readonly TemporaryFolder _folder = new();
    readonly FakeClock _clock = new();

    string Saved => Directory.GetFiles(_folder.Path, "demo.json", SearchOption.AllDirectories).Single();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_page_that_was_read_while_the_clock_was_ten_years_ahead_is_not_fresh_for_ever()
    {
        await using var server = await MemberServer.StartAsync();
        var now = _clock.GetUtcNow();
        await using (var proxy = Open(server))
        {
            _clock.Set(now.AddYears(10));
            Assert.Equal(CacheOutcome.Miss, await ReadAsync(proxy));
            Assert.Equal(CacheOutcome.Hit, await ReadAsync(proxy));
            _clock.Set(now);
            Assert.Equal(CacheOutcome.Revalidated, await ReadAsync(proxy));
            Assert.Equal(CacheOutcome.Hit, await ReadAsync(proxy));
        }
        // The right time has been saved, too.
        await using var next = Open(server);
        Assert.Equal(CacheOutcome.Hit, await ReadAsync(next));
    }

    [Fact]
    public async Task A_page_that_an_older_version_saved_is_fetched_whole_when_it_is_no_longer_fresh()
    {
        await using var server = await MemberServer.StartAsync();
        await using (var proxy = Open(server))
            await ReadAsync(proxy);
        var text = File.ReadAllText(Saved);
        Assert.Contains("\"format\":1,", text, StringComparison.Ordinal);
        File.WriteAllText(Saved, text.Replace("\"format\":1,", "", StringComparison.Ordinal));

        await using var next = Open(server);
        Assert.Equal(CacheOutcome.Hit, await ReadAsync(next));
        _clock.Advance(_lifetime);
        Assert.Equal(CacheOutcome.Miss, await ReadAsync(next));
        _clock.Advance(_lifetime);
        Assert.Equal(CacheOutcome.Revalidated, await ReadAsync(next));
        Assert.Equal(["GET /simple/demo/ 200", "GET /simple/demo/ 200", "GET /simple/demo/ 304"], server.Requests);
    }

    [Fact]
    public async Task A_kept_page_is_read_without_upstream_and_does_not_enter_the_memory()
    {
        await using var server = await MemberServer.StartAsync();
        var demo = ProjectName.Parse("demo");
        await using (var proxy = Open(server))
        {
            Assert.Null(await proxy.KeptPages.FindAsync(demo, default));
            await ReadAsync(proxy);
            Assert.NotNull(await proxy.KeptPages.FindAsync(demo, default));
        }
        _clock.Advance(TimeSpan.FromDays(300));
        await using var next = Open(server);
        Assert.NotEmpty((await next.KeptPages.FindAsync(demo, default))!.Files);
        Assert.Equal(0, next.ProjectsInMemory);
        Assert.Equal(["GET /simple/demo/ 200"], server.Requests);
    }

    [Fact]
    public async Task A_page_in_use_is_refreshed_ahead_after_the_clock_was_ten_years_ahead()
    {
        await using var server = await MemberServer.StartAsync();
        await using var proxy = Open(server);
        var now = _clock.GetUtcNow();
        _clock.Set(now.AddYears(10));
        await ReadAsync(proxy);
        _clock.Set(now);
        await proxy.RefreshAheadAsync(default);
        Assert.Equal(CacheOutcome.Hit, await ReadAsync(proxy));
        _clock.Advance(_lifetime);
        await proxy.RefreshAheadAsync(default);
        Assert.Equal(["GET /simple/demo/ 200", "GET /simple/demo/ 304"], server.Requests);
    }

    [Fact]
    public async Task The_version_of_a_page_is_known_while_it_is_fresh_and_no_longer()
    {
        await using var server = await MemberServer.StartAsync();
        await using var proxy = Open(server);
        var demo = ProjectName.Parse("demo");
        var known = Assert.IsType<ProjectAnswer.Known>(await proxy.GetProjectAsync(demo, null, default));
        _clock.Advance(_lifetime - TimeSpan.FromSeconds(1));
        var found = await proxy.FindAsync(demo, default);
        Assert.Equal((known.Snapshot.Version, CacheOutcome.Hit), (found.Value, found.Cache));
        Assert.Equal(["GET /simple/demo/ 200"], server.Requests);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(CacheOutcome.Revalidated, (await proxy.FindAsync(demo, default)).Cache);
        Assert.Equal(["GET /simple/demo/ 200", "GET /simple/demo/ 304"], server.Requests);
    }

    [Fact]
    public async Task A_page_that_is_served_by_its_version_alone_is_refreshed_ahead()
    {
        await using var server = await MemberServer.StartAsync();
        await using var proxy = Open(server);
        var demo = ProjectName.Parse("demo");
        await ReadAsync(proxy);
        _clock.Advance(_lifetime - TimeSpan.FromSeconds(10));
        Assert.Equal(CacheOutcome.Hit, (await proxy.FindAsync(demo, default)).Cache);
        await proxy.RefreshAheadAsync(default);
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(CacheOutcome.Hit, (await proxy.FindAsync(demo, default)).Cache);
        Assert.Equal(["GET /simple/demo/ 200", "GET /simple/demo/ 304"], server.Requests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300)]
    public async Task A_page_that_a_power_cut_tore_is_fetched_again(int whole)
    {
        await using var server = await MemberServer.StartAsync();
        await using (var proxy = Open(server))
        {
            await ReadAsync(proxy);
        }
        var file = Path.Combine(_folder.Path, StorageLayout.UpstreamPage(ProjectName.Parse("demo")));
        var bytes = await File.ReadAllBytesAsync(file);
        bytes.AsSpan(Math.Min(whole, bytes.Length - 1)).Clear();
        await File.WriteAllBytesAsync(file, bytes);
        await using var next = Open(server);
        Assert.Equal(CacheOutcome.Miss, await ReadAsync(next));
        await next.FinishWritesAsync();
        await using var last = Open(server);
        Assert.Equal(CacheOutcome.Hit, await ReadAsync(last));
    }

    [Fact]
    public async Task A_page_that_another_process_saved_is_read_from_a_store_whose_streams_cannot_seek()
    {
        await using var server = await MemberServer.StartAsync();
        await using (var proxy = Open(server))
        {
            await ReadAsync(proxy);
        }
        await using var next = Open(server, new StreamingStore(new DirectoryStore(_folder.Path)));
        Assert.Equal(CacheOutcome.Hit, await ReadAsync(next));
    }

    [Fact]
    public async Task A_page_that_was_evicted_from_the_disk_never_returns_under_a_version_that_it_had()
    {
        await using var server = await MemberServer.StartAsync();
        var demo = ProjectName.Parse("demo");
        var versions = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            await using var proxy = Open(server);
            var known = Assert.IsType<ProjectAnswer.Known>(await proxy.GetProjectAsync(demo, null, default));
            Assert.True(versions.Add(known.Snapshot.Version));
            await proxy.FinishWritesAsync();
            File.Delete(Path.Combine(_folder.Path, StorageLayout.UpstreamPage(demo)));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task A_page_that_could_not_be_saved_passes_no_version_to_its_successor()
    {
        await using var server = await MemberServer.StartAsync();
        await using (var before = Open(server))
            await ReadAsync(before);
        // The next answers are whole pages, and none of them is saved.
        File.WriteAllText(Saved, File.ReadAllText(Saved).Replace("\"format\":1,", "", StringComparison.Ordinal));
        var (demo, budget) = (ProjectName.Parse("demo"), new MemoryBudget(1 << 20));
        await using var proxy = Open(server, new FullStore(new DirectoryStore(_folder.Path)), budget);
        var versions = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            _clock.Advance(_lifetime);
            var known = Assert.IsType<ProjectAnswer.Known>(await proxy.GetProjectAsync(demo, null, default));
            Assert.Equal(CacheOutcome.Miss, known.Cache);
            Assert.True(versions.Add(known.Snapshot.Version));
            await proxy.FinishWritesAsync();
            budget.Set(new LargeEntry(), 2 << 20);
        }
    }

    /// <summary>Upstream is asked for its page, and never for what only a client named.</summary>
    [Fact]
    public async Task A_file_has_the_alias_of_its_URL_on_the_page_and_no_other()
    {
        await using var server = await MemberServer.StartAsync();
        await using var proxy = Open(server);
        var host = server.SettingsFor("demo").Url.Authority;
        async Task<OpenAnswer> OpenAliasAsync(string alias) => await proxy.OpenAsync(
            new FileRequest(ProjectName.Parse("demo"), MemberServer.FileName, null, FileContentKind.Bytes)
            {
                Alias = alias,
            },
            default);
        foreach (var other in (string[])[$"evil.example/packages/{MemberServer.FileName}",
            $"{host}/other/{MemberServer.FileName}", MemberServer.FileName])
        {
            Assert.IsType<OpenAnswer.NotFound>(await OpenAliasAsync(other));
        }
        Assert.All(
            server.Requests, request => Assert.StartsWith("GET /simple/demo/", request, StringComparison.Ordinal));
        await Eventually.IsAsync("the file is served from the cache", CacheOutcome.Hit, async () =>
        {
            var found = Assert.IsType<OpenAnswer.Found>(
                await OpenAliasAsync($"{host}/packages/{MemberServer.FileName}"));
            await found.Content.DisposeAsync();
            return found.Cache;
        });
        Assert.Equal($"GET /packages/{MemberServer.FileName} 200", server.Requests.Last());
    }

    static async Task<CacheOutcome?> ReadAsync(CachedRepository proxy) => Assert.IsType<ProjectAnswer.Known>(
        await proxy.GetProjectAsync(ProjectName.Parse("demo"), null, default)).Cache;

    CachedRepository Open(MemberServer server, IStore? otherStore = null, MemoryBudget? otherBudget = null)
    {
        var (store, budget) = (otherStore ?? new DirectoryStore(_folder.Path), otherBudget ?? new(1 << 20));
        return new CachedRepository(
            new SimpleClient(server.SettingsFor("demo"), _clock, NullLogger.Instance), store,
            new ProjectRecords(store, budget, _clock), budget,
            new CacheSettings { Times = new(_lifetime, _lifetime, _lifetime, _lifetime) }, _clock, NullLogger.Instance,
            default);
    }

    /// <summary>Leaves no room for another.</summary>
    sealed class LargeEntry : BudgetedEntry
    {
        public override bool TryEvict() => true;
    }
}
