using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Tests.Hosted;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Content.Records;

public sealed class GarbageCollectorTests : IDisposable
{
    static readonly ProjectName _foo = ProjectName.Parse("foo");
    readonly HostedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Bytes_that_no_record_names_are_removed_after_a_day_and_not_before()
    {
        await _folder.OpenAsync();
        await _folder.AddWheelAsync("bar", "1.0");
        Leave("foo-1.0.tar.gz");
        _folder.Clock.Advance(TimeSpan.FromHours(23));
        await CollectAsync();
        Assert.Equal(2, (await _folder.PackagesAsync()).Count);
        _folder.Clock.Advance(TimeSpan.FromHours(2));
        await CollectAsync();
        Assert.Single(await _folder.PackagesAsync());
    }

    [Fact]
    public async Task Data_of_a_later_version_beside_a_file_is_not_garbage()
    {
        await _folder.OpenAsync();
        await _folder.AddWheelAsync("bar", "1.0");
        Leave("foo-1.0.tar.gz.thumbnail");
        Leave("foo-1.0.tar.gz.provenance");
        _folder.Clock.Advance(TimeSpan.FromDays(2));
        await CollectAsync();
        Assert.Contains(await _folder.PackagesAsync(), key => key.EndsWith(".thumbnail", StringComparison.Ordinal));
        Assert.DoesNotContain(
            await _folder.PackagesAsync(), key => key.EndsWith(".provenance", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("foo.jsonl")]
    [InlineData("")]
    public async Task Bytes_stay_if_their_record_lost_its_lines_or_all_records_are_gone(string emptied)
    {
        await _folder.OpenAsync();
        await _folder.AddWheelAsync("foo", "1.0");
        if (emptied.Length > 0)
            await File.WriteAllTextAsync(_folder.GetPath($"projects/{emptied}"), "");
        else
            Directory.Delete(_folder.GetPath("projects"), recursive: true);
        await _folder.OpenAsync();
        _folder.Clock.Advance(TimeSpan.FromDays(2));
        await CollectAsync();
        Assert.Single(await _folder.PackagesAsync());
    }

    [Fact]
    public async Task Bytes_that_a_record_names_stay_for_ever()
    {
        await _folder.OpenAsync();
        await _folder.AddWheelAsync("foo", "1.0");
        Leave(WheelFile.GetName("foo", "1.0"));
        Leave("bar-1.0.tar.gz", "bar");
        _folder.Clock.Advance(TimeSpan.FromDays(400));
        await CollectAsync();
        Assert.Single(await _folder.PackagesAsync());
        Assert.NotNull(await _folder.ReadAsync("foo", WheelFile.GetName("foo", "1.0")));
    }

    [Fact]
    public async Task A_yanked_files_bytes_stay()
    {
        await _folder.OpenAsync();
        await _folder.AddWheelAsync("foo", "1.0");
        await _folder.Repository.Records.GetOrCreate(_foo).ChangeAsync(_ => new Change<bool>(
            true, [Records.Events.From(ProjectEventKind.Yanked, WheelFile.GetName("foo", "1.0"))]));
        _folder.Clock.Advance(TimeSpan.FromDays(2));
        await CollectAsync();
        Assert.Single(await _folder.PackagesAsync());
    }

    [Fact]
    public async Task Foreign_files_are_never_garbage()
    {
        await _folder.OpenAsync();
        string[] keys =
        [
            "packages/@zzzzzzzzzzzzzzzzzzzzzzzzzz/foo-1.0.tar.gz", "packages/foo-1.0.tar.gz",
            "packages/foo/@zzzzzzzzzzzzzzzzzzzzzzzzzz/foo-1.0.tar.gz", "packages/foo/bar/notes.txt",
        ];
        foreach (var key in keys)
            _folder.Put(key, [1], TimeSpan.FromDays(4000));
        _folder.Clock.Advance(TimeSpan.FromDays(4000));
        await CollectAsync();
        Assert.Equal(keys.Order(StringComparer.Ordinal), await _folder.PackagesAsync());
    }

    [Fact]
    public async Task Bytes_of_a_project_whose_record_is_damaged_are_left_alone_and_others_are_removed()
    {
        await _folder.OpenAsync();
        await _folder.AddWheelAsync("foo", "1.0");
        Leave("zoo-1.0.tar.gz", "zoo");
        await File.AppendAllTextAsync(_folder.GetPath(StorageLayout.Record(_foo)), "nonsense\n");
        await _folder.OpenAsync();
        _folder.Clock.Advance(TimeSpan.FromDays(2));
        await CollectAsync();
        Assert.StartsWith("packages/foo/", Assert.Single(await _folder.PackagesAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_of_an_upload_in_progress_stay_while_the_clock_is_ten_years_ahead()
    {
        await _folder.OpenAsync();
        var collector = Collector();
        Leave("foo-1.0.tar.gz");
        _folder.Clock.Set(_folder.Clock.GetUtcNow().AddYears(10));
        await collector.CollectAsync(CancellationToken.None);
        Assert.Single(await _folder.PackagesAsync());
    }

    [Fact]
    public async Task Garbage_left_while_the_clock_was_ten_years_ahead_is_removed_after_a_day()
    {
        await _folder.OpenAsync();
        await _folder.AddWheelAsync("bar", "1.0");
        var (collector, now) = (Collector(), _folder.Clock.GetUtcNow());
        _folder.Clock.Set(now.AddYears(10));
        Leave("foo-1.0.tar.gz");
        _folder.Clock.Set(now);
        await collector.CollectAsync(CancellationToken.None);
        _folder.Clock.Advance(TimeSpan.FromHours(23));
        await collector.CollectAsync(CancellationToken.None);
        Assert.Equal(2, (await _folder.PackagesAsync()).Count);
        _folder.Clock.Advance(TimeSpan.FromHours(2));
        await collector.CollectAsync(CancellationToken.None);
        Assert.Single(await _folder.PackagesAsync());
    }

    [Fact]
    public async Task Provenance_stays_as_long_as_its_file()
    {
        await _folder.OpenAsync();
        var file = WheelFile.GetName("foo", "1.0");
        await _folder.AddAsync(file, WheelFile.Make("foo", "1.0"), provenance: [1, 2, 3]);
        Leave($"{file}.provenance");
        _folder.Clock.Advance(TimeSpan.FromDays(2));
        await CollectAsync();
        Assert.Equal(2, (await _folder.PackagesAsync()).Count);
        Assert.NotNull(await _folder.ReadAsync("foo", file));
        Assert.True(await _folder.Repository.Files.DeleteAsync(_foo, file, "alice"));
        Assert.Empty(await _folder.PackagesAsync());
    }

    void Leave(string fileName, string project = "foo") => _folder.Put(
        StorageLayout.Bytes(ProjectName.Parse(project), BlobId.New(_folder.Clock.GetUtcNow()), fileName), [1]);

    Task CollectAsync() => Collector().CollectAsync(CancellationToken.None);

    GarbageCollector Collector() =>
        new(_folder.Repository.Store, _folder.Repository.Records, _folder.Clock, NullLogger.Instance);
}
