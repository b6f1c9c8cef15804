using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage.Directories;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Content.Records.Events;

namespace PyRepo.Server.Tests.Content.Records;

public sealed class PastRecordTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly FakeClock _clock = new(Start);
    readonly ObservedStore _store;
    readonly ProjectRecord _record;

    public PastRecordTests()
    {
        _store = new(new DirectoryStore(_folder.Path));
        _record = new(Foo, new RecordContext(_store, new MemoryBudget(1 << 20), _clock));
    }

    static CancellationToken None => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_index_of_a_date_shows_what_was_there_then()
    {
        await ChangeOnDay(1, Added("foo-1.0.tar.gz"));
        await ChangeOnDay(2, Added("foo-2.0.tar.gz"));
        // It is this repository's project all the same: no other member of a group may provide it.
        Assert.Empty(await FilesOn(0));
        Assert.Equal(["foo-1.0.tar.gz"], await FilesOn(1));
        Assert.Equal(["foo-1.0.tar.gz", "foo-2.0.tar.gz"], await FilesOn(2));
        Assert.Equal(["foo-1.0.tar.gz", "foo-2.0.tar.gz"], await FilesOn(300));
    }

    [Fact]
    public async Task A_file_deleted_since_that_date_is_not_shown()
    {
        await ChangeOnDay(1, Added("foo-1.0.tar.gz"), Added("foo-2.0.tar.gz"));
        await ChangeOnDay(2, From(ProjectEventKind.Deleted, "foo-1.0.tar.gz"));
        Assert.Equal(["foo-2.0.tar.gz"], await FilesOn(1));
    }

    [Fact]
    public async Task A_file_replaced_since_that_date_is_not_shown_with_its_new_bytes()
    {
        await ChangeOnDay(1, Added("foo-1.0.tar.gz", "old", "the/same/key"), Added("foo-2.0.tar.gz", "old", "a/key"));
        await ChangeOnDay(
            2, Added("foo-1.0.tar.gz", "new", "the/same/key"), Added("foo-2.0.tar.gz", "new", "another/key"));
        Assert.Empty(await FilesOn(1));
        Assert.Equal(2, (await FilesOn(2)).Count);
    }

    [Fact]
    public async Task A_currently_quarantined_project_shows_no_past_files()
    {
        await ChangeOnDay(1, Added("foo-1.0.tar.gz"));
        await ChangeOnDay(2, StatusIs("quarantined"));
        Assert.Empty(await FilesOn(1));
        Assert.Equal(ProjectStatus.Quarantined, (await _record.GetSnapshotAsync(Day(1), None))!.Status);
    }

    [Fact]
    public async Task A_snapshot_of_the_past_has_another_version_when_the_present_changes_it()
    {
        await ChangeOnDay(1, Added("foo-1.0.tar.gz"));
        var before = await _record.GetSnapshotAsync(Day(1), None);
        await ChangeOnDay(2, From(ProjectEventKind.Deleted, "foo-1.0.tar.gz"));
        var after = await _record.GetSnapshotAsync(Day(1), None);
        Assert.NotEqual(before!.Version, after!.Version);
    }

    [Fact]
    public async Task Looking_at_the_past_while_a_line_is_being_written_changes_nothing()
    {
        await ChangeOnDay(1, Added("foo-1.0.tar.gz"));
        await _record.GetSnapshotAsync(None);
        var path = _folder[StorageLayout.Record(Foo)];
        _store.BeforeAppend = _ =>
        {
            var whole = File.ReadAllText(path);
            var written = File.GetLastWriteTimeUtc(path);
            File.AppendAllText(path, "{\"event\":\"add");
            Assert.Single(_record.GetSnapshotAsync(Day(1), None).GetAwaiter().GetResult()!.Files);
            Assert.EndsWith("{\"event\":\"add", File.ReadAllText(path), StringComparison.Ordinal);
            File.WriteAllText(path, whole);
            File.SetLastWriteTimeUtc(path, written);
        };
        await ChangeOnDay(2, Added("foo-2.0.tar.gz"));
        Assert.Equal(2, (await FilesOn(2)).Count);
    }

    [Fact]
    public async Task Looking_at_the_past_shows_nothing_that_is_not_durable_yet()
    {
        await ChangeOnDay(1, Added("foo-1.0.tar.gz"));
        await _record.GetSnapshotAsync(None);
        var medium = new TaskCompletionSource();
        _store.Medium = medium.Task;
        var change = ChangeOnDay(2, StatusIs("archived"));
        Assert.Equal(IndexSerials.FromTime(Day(1)), (await _record.GetSnapshotAsync(Day(3), None))!.Serial);
        medium.SetResult();
        await change;
        Assert.Equal(IndexSerials.FromTime(Day(2)), (await _record.GetSnapshotAsync(Day(3), None))!.Serial);
    }

    static DateTimeOffset Day(int day) => Start.AddDays(day);

    Task<bool> ChangeOnDay(int day, params ProjectEvent[] events)
    {
        _clock.Advance(Day(day) - _clock.GetUtcNow());
        return _record.ChangeAsync(_ => new Change<bool>(true, [.. events]));
    }

    async Task<List<string>> FilesOn(int day) =>
        [.. (await _record.GetSnapshotAsync(Day(day), None))!.Visible.Select(f => f.Name.FileName)];
}
