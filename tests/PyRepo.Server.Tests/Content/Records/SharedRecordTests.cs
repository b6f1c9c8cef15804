using PyRepo.Server.Content.Records;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Content.Records.Events;

namespace PyRepo.Server.Tests.Content.Records;

/// <summary>A record that other processes change, too.</summary>
public sealed class SharedRecordTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly ObservedStore _store;
    readonly ProjectRecord _record;
    readonly ProjectRecord _other;

    public SharedRecordTests()
    {
        _store = new(new DirectoryStore(_folder.Path));
        (_record, _other) = (Open(), Open());
    }

    static CancellationToken None => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_decision_to_change_nothing_is_final_without_a_record() =>
        Assert.Equal(0, await _record.ChangeAsync(history => new Change<long>(history.Serial, [])));

    [Fact]
    public async Task A_decision_to_change_nothing_is_made_again_after_the_first_change_of_another_process()
    {
        var serials = new List<long>();
        var decided = await _record.ChangeAsync(history =>
        {
            serials.Add(history.Serial);
            if (history.Serial == 0)
                AddAsync(_other, "foo-1.0.tar.gz").GetAwaiter().GetResult();
            return new Change<long>(history.Serial, []);
        });
        Assert.Equal(1, decided);
        Assert.Equal([0, 1], serials);
    }

    [Fact]
    public async Task A_change_that_always_loses_the_race_is_abandoned_and_the_next_one_is_tried()
    {
        _store.BeforeAppend = _ => throw new PreconditionFailedException("Another process was faster.");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => AddAsync(_record, "foo-1.0.tar.gz"));
        _store.BeforeAppend = _ => { };
        Assert.True(await AddAsync(_record, "foo-1.0.tar.gz"));
        Assert.Single((await _other.GetSnapshotAsync(None))!.Files);
    }

    [Fact]
    public async Task An_unchanged_record_is_recognized_without_its_history()
    {
        await AddAsync(_record, "foo-1.0.tar.gz");
        Assert.True(_record.TryEvict());
        var opened = _store.Opened;
        Assert.Equal(1, await _record.FindSerialAsync(None));
        Assert.Equal(opened, _store.Opened);

        await AddAsync(_other, "foo-2.0.tar.gz");
        Assert.Equal(2, await _record.FindSerialAsync(None));
        Assert.Equal(2, (await _record.GetSnapshotAsync(None))!.Files.Count);
    }

    /// <summary>The clocks agree, and so all that two processes write of the same event does.</summary>
    [Fact]
    public async Task One_of_two_processes_that_delete_a_file_concurrently_finds_nothing()
    {
        var store = new ObservedStore(new RewritingStore(new DirectoryStore(_folder.Path)));
        var clock = new SteppedClock();
        var (one, other) = (Open(store, clock), Open(store, clock));
        await AddAsync(one, "foo-1.0.tar.gz");
        Assert.Single((await other.GetSnapshotAsync(None))!.Files);
        Assert.True(await DeleteAsync(one));
        Assert.False(await DeleteAsync(other));
    }

    [Fact]
    public async Task A_record_that_became_shorter_is_read_again()
    {
        await AddAsync(_record, "foo-1.0.tar.gz");
        await AddAsync(_record, "foo-2.0.tar.gz");
        var path = _folder[StorageLayout.Record(Foo)];
        await File.WriteAllLinesAsync(path, File.ReadLines(path).Take(1).ToList());
        Assert.Equal(1, await _record.ReadCurrentAsync(history => history.Serial, None));
        await AddAsync(_record, "foo-3.0.tar.gz");
        Assert.Equal(2, (await _other.GetSnapshotAsync(None))!.Files.Count);
    }

    [Fact]
    public async Task After_a_failed_write_what_is_in_the_store_is_read_again()
    {
        await AddAsync(_record, "foo-1.0.tar.gz");
        _store.BeforeAppend = _ => throw new IOException("The answer was lost.");
        await Assert.ThrowsAsync<IOException>(() => AddAsync(_record, "foo-2.0.tar.gz"));
        _store.BeforeAppend = _ => { };
        Assert.Null(await _record.FindSerialAsync(None));
        await AddAsync(_other, "foo-3.0.tar.gz");
        Assert.Equal(2, (await _record.GetSnapshotAsync(None))!.Files.Count);
    }

    /// <summary>It was stopped while it read, and others have dropped it. They do not expect it to know more.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dropped_replica_does_not_show_a_change_that_it_read_before_it_is_known_again(bool knowsRecord)
    {
        var lease = new SharedLease();
        var stopped = Open(_store, TimeProvider.System, lease);
        if (knowsRecord)
        {
            await AddAsync(_other, "foo-1.0.tar.gz");
            Assert.Single((await stopped.GetSnapshotAsync(None))!.Files);
        }
        await AddAsync(_other, "foo-2.0.tar.gz");
        lease.Confirmations = 1;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await stopped.GetSnapshotAsync(None));
        lease.Confirmations = int.MaxValue;
        Assert.Contains(
            (await stopped.GetSnapshotAsync(None))!.Files, file => file.Distribution.Name.FileName == "foo-2.0.tar.gz");
    }

    [Fact]
    public async Task The_first_upload_succeeds_while_a_reader_finds_that_of_another_process()
    {
        var records = new ProjectRecords(_store, new MemoryBudget(1 << 20), TimeProvider.System)
        {
            Lease = new SharedLease(),
        };
        _store.AfterNotFound = async _ =>
        {
            _store.AfterNotFound = static _ => Task.CompletedTask;
            await AddAsync(_other, "foo-1.0.tar.gz");
            Assert.NotNull(await records.FindAsync(Foo, None));
        };
        Assert.True(await AddAsync(records.GetOrCreate(Foo), "foo-2.0.tar.gz"));
        Assert.Equal(2, (await _other.GetSnapshotAsync(None))!.Files.Count);
    }

    ProjectRecord Open() => Open(_store, TimeProvider.System);

    static ProjectRecord Open(IStore store, TimeProvider clock, SharedLease? lease = null) =>
        new(Foo, new RecordContext(store, new MemoryBudget(1 << 20), clock) { Lease = lease ?? new SharedLease() });

    static Task<bool> DeleteAsync(ProjectRecord record) => record.ChangeAsync(history =>
        history.FindVisible("foo-1.0.tar.gz") is null
            ? new Change<bool>(false, [])
            : new Change<bool>(true, [From(ProjectEventKind.Deleted, "foo-1.0.tar.gz")]));

    static Task<bool> AddAsync(ProjectRecord record, string file) =>
        record.ChangeAsync(_ => new Change<bool>(true, [Added(file)]));
}
