using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Files;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Files;

public sealed class CachedFilesTests : IDisposable
{
    static readonly ProjectName _project = ProjectName.Parse("foo");
    readonly TemporaryFolder _folder = new();
    readonly FakeClock _clock = new();
    readonly DirectoryStore _store;
    readonly ProjectRecords _records;
    readonly CacheEntries _entries;
    readonly CachedFiles _cached;
    readonly CacheUsage _usage;

    public CachedFilesTests()
    {
        _store = new DirectoryStore(_folder.Path);
        _records = new ProjectRecords(_store, new MemoryBudget(1 << 20), _clock);
        _entries = new CacheEntries(_clock, NullLogger.Instance);
        _cached = new CachedFiles(_entries, _store, _records, _clock);
        _usage = new CacheUsage(_entries, _store, _clock);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_can_be_added_while_others_are_evicted()
    {
        var coming = Task.WhenAll(Enumerable.Range(0, 2).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
                _cached.Register(_project,
                    File(string.Create(CultureInfo.InvariantCulture, $"foo-{worker}.{i}.tar.gz")), used: null);
        })));
        while (!coming.IsCompleted)
            await _entries.EvictAsync(() => 10);
        await coming;
    }

    [Fact]
    public async Task A_file_that_was_used_while_the_clock_was_ten_years_ahead_is_evicted_in_its_turn()
    {
        var now = _clock.GetUtcNow();
        _clock.Set(now.AddYears(10));
        var ahead = await CacheAsync("foo-1.0.tar.gz");
        _clock.Set(now);
        await _entries.EvictAsync(() => 1000);
        _clock.Advance(TimeSpan.FromHours(1));
        var later = await CacheAsync("foo-2.0.tar.gz");
        await _entries.EvictAsync(() => 150);
        Assert.Null(await _store.StatAsync(ahead, default));
        Assert.NotNull(await _store.StatAsync(later, default));
    }

    [Fact]
    public async Task A_file_that_cannot_be_evicted_does_not_block_other_evictions()
    {
        await CacheAsync("foo-1.0.tar.gz");
        _clock.Advance(TimeSpan.FromHours(1));
        var other = await CacheAsync("bar-1.0.tar.gz", "bar");
        var record = _folder[StorageLayout.Record(_project)];
        await System.IO.File.WriteAllTextAsync(record, "nonsense\n");
        Assert.True(_records.Find(_project)!.TryEvict());
        await _entries.EvictAsync(() => 150);
        Assert.Null(await _store.StatAsync(other, default));
    }

    [Fact]
    public async Task A_use_that_was_noted_while_the_clock_was_ten_years_ahead_is_not_known_after_a_restart()
    {
        var now = _clock.GetUtcNow();
        _clock.Set(now.AddYears(10));
        var ahead = await CacheAsync("foo-1.0.tar.gz");
        await _usage.WriteAsync("0", default);
        _clock.Set(now);
        var later = await CacheAsync("foo-2.0.tar.gz");
        await _usage.WriteAsync("0", default);
        var entries = new CacheEntries(_clock, NullLogger.Instance);
        var next = new CachedFiles(entries, _store, _records, _clock);
        foreach (var location in (string[])[ahead, later])
        {
            next.Register(
                _project, File(Path.GetFileName(location)) with { Location = location, Size = 100 }, used: null);
        }
        await new CacheUsage(entries, _store, _clock).ReadAsync(default);
        await entries.EvictAsync(() => 150);
        Assert.Null(await _store.StatAsync(ahead, default));
        Assert.NotNull(await _store.StatAsync(later, default));
    }

    [Fact]
    public async Task Uses_are_still_known_after_a_start_with_a_clock_that_is_ten_years_ahead()
    {
        await CacheAsync("foo-1.0.tar.gz");
        await _usage.WriteAsync("0", default);
        _clock.Set(_clock.GetUtcNow().AddYears(10));
        await _usage.ReadAsync(default);
        Assert.Single(Directory.GetDirectories(_folder["usage"]));
    }

    [Fact]
    public async Task On_a_full_disk_a_file_is_evicted_before_that_can_be_recorded()
    {
        var location = await CacheAsync("foo-1.0.tar.gz");
        var store = new FullStore(_store);
        var records = new ProjectRecords(store, new MemoryBudget(1 << 20), _clock);
        await records.OpenAsync(default);
        var entries = new CacheEntries(_clock, NullLogger.Instance);
        var cached = new CachedFiles(entries, store, records, _clock);
        cached.Register(_project, File("foo-1.0.tar.gz") with { Location = location, Size = 100 }, _clock.GetUtcNow());
        await entries.EvictAsync(() => 10);
        Assert.Null(await _store.StatAsync(location, default));
        Assert.Empty(await records.Find(_project)!.ReadAsync(history => history.Visible.ToList(), default));
    }

    /// <summary>Caches a file of 100 bytes, and returns its key.</summary>
    async Task<string> CacheAsync(string name, string projectName = "foo")
    {
        var project = ProjectName.Parse(projectName);
        var key = StorageLayout.Bytes(project, BlobId.New(_clock.GetUtcNow()), name);
        await using var staged = await _store.StageAsync(null, null, default);
        await staged.AppendAsync(new byte[100], default);
        await _store.CommitAsync(staged, key, WriteCondition.None, default);
        await _records.GetOrCreate(project).ChangeAsync(_ => new Change<bool>(true, [new ProjectEvent
        {
            Event = ProjectEventKind.Cached, By = "test", At = _clock.GetUtcNow(), File = name, Key = key, Size = 100,
            Sha256 = new string('0', 64),
        }]));
        _cached.Register(project, File(name) with { Location = key, Size = 100 }, _clock.GetUtcNow());
        return key;
    }

    static Distribution File(string name) => new()
    {
        Name = DistributionFileName.TryParse(name, out var parsed) ? parsed
            : throw new ArgumentException(name, nameof(name)),
        Size = 1,
        Sha256 = null,
        UploadedAt = null,
        Location = name,
    };
}
