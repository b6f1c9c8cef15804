using PyRepo.Server.Caching;
using PyRepo.Server.Records;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Records.Events;

namespace PyRepo.Server.Tests.Records;

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
    public async Task A_decision_to_change_nothing_stands_where_there_is_no_record() =>
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
    public async Task A_change_that_others_always_come_before_is_given_up_and_the_next_one_is_tried()
    {
        _store.BeforeAppend = _ => throw new PreconditionFailedException("Another process was faster.");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => AddAsync(_record, "foo-1.0.tar.gz"));
        _store.BeforeAppend = _ => { };
        Assert.True(await AddAsync(_record, "foo-1.0.tar.gz"));
        Assert.Single((await _other.GetSnapshotAsync(None))!.Files);
    }

    [Fact]
    public async Task That_a_record_has_not_changed_is_found_out_without_its_history()
    {
        await AddAsync(_record, "foo-1.0.tar.gz");
        Assert.True(_record.TryEvict());
        var opened = _store.Opened;
        Assert.Equal(1, await _record.FindSerialAsync(None));
        Assert.Equal(opened, _store.Opened);

        await AddAsync(_other, "foo-2.0.tar.gz");
        Assert.Equal(2, await _record.FindSerialAsync(None));
        Assert.Equal(2, (await _record.GetSnapshotAsync(None))!.Files.Length);
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
        Assert.Equal(2, (await _record.GetSnapshotAsync(None))!.Files.Length);
    }

    ProjectRecord Open() =>
        new(Foo, new RecordContext(_store, new MemoryBudget(1 << 20), TimeProvider.System) { Lease = new SharedLease() });

    static Task<bool> AddAsync(ProjectRecord record, string file) =>
        record.ChangeAsync(_ => new Change<bool>(true, [Added(file)]));

    /// <summary>A part in a store that others always have a part in, too.</summary>
    sealed class SharedLease : StoreLease
    {
        public override long? SoleEpoch => null;

        public override bool IsInPlace => true;

        public override bool IsLeader => true;

        public override bool WasReleased => true;

        public override TimeSpan? RenewalInterval => TimeSpan.FromSeconds(4);

        public override ValueTask ReleaseAsync(bool inOrder) => ValueTask.CompletedTask;
    }
}
