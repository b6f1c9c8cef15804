using System.Runtime.CompilerServices;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage.Directories;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Content.Records.Events;

namespace PyRepo.Server.Tests.Content.Records;

public sealed class LiveRecordsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static CancellationToken None => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Records_that_nobody_uses_leave_the_memory_and_are_read_again()
    {
        const int count = 20;
        for (var i = 0; i < count; i++)
            await AddAsync(Open(1 << 20), 0, $"p{i}");
        var records = Open(1 << 20);
        await records.OpenAsync(None);
        var used = await ReadAllAsync(records);
        await Task.Yield(); // The reading, whose stack this may be, ends.
        Collect();
        // A thread may still hold what it did last.
        Assert.InRange(used.Count(record => record.TryGetTarget(out _)), 0, 2);
        Assert.Equal((count, count, 7 * count), records.Total());
        Assert.Single((await records.Find(ProjectName.Parse("p3"))!.GetSnapshotAsync(None))!.Files);
    }

    [Fact]
    public async Task A_record_whose_history_is_in_memory_stays()
    {
        var records = Open(1 << 20);
        await AddAsync(records, 0);
        var record = FindWeakly(records);
        Collect();
        Assert.True(record.TryGetTarget(out _));
        GC.KeepAlive(records);
    }

    [Fact]
    public void A_project_has_one_record_while_somebody_uses_it_however_many_others_come()
    {
        var records = Open(1 << 20);
        var used = records.GetOrCreate(Foo);
        for (var i = 0; i < 5_000; i++)
        {
            records.GetOrCreate(ProjectName.Parse($"p{i}"));
            if (i % 1_000 == 0)
                Collect();
        }
        Assert.Same(used, records.GetOrCreate(Foo));
    }

    [Fact]
    public void References_to_records_that_are_gone_are_removed()
    {
        var live = new LiveRecords(new RecordContext(
            new DirectoryStore(_folder.Path), new MemoryBudget(1), TimeProvider.System));
        CreateMany(live);
        Collect();
        live.Sweep();
        Assert.Equal(0, live.Count);
    }

    [Fact]
    public async Task No_change_is_lost_while_records_are_evicted_and_collected()
    {
        const int writers = 8, each = 25;
        var records = Open(1); // Each history is evicted by the next one.
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
            {
                await AddAsync(records, (writer * each) + i);
                await AddAsync(records, i, $"other{writer}");
                if (i % 5 == 0)
                    Collect();
            }
        })));
        var again = Open(1 << 20);
        await again.OpenAsync(None);
        Assert.Equal(writers * each, (await again.Find(Foo)!.GetSnapshotAsync(None))!.Files.Count);
    }

    [Fact]
    public async Task The_record_of_a_write_that_is_not_durable_yet_is_the_one_that_others_get()
    {
        var medium = new TaskCompletionSource();
        var store = new ObservedStore(new DirectoryStore(_folder.Path)) { Medium = medium.Task };
        var records = new ProjectRecords(store, new MemoryBudget(1), TimeProvider.System);
        var first = AddAsync(records, 0);
        await Eventually.IsAsync("the append", () => Task.FromResult(store.Appends == 1));
        Collect();
        var second = AddAsync(records, 1);
        Assert.False(second.IsCompleted);
        medium.SetResult();
        await Task.WhenAll(first, second);
        Assert.Equal(2, (await records.Find(Foo)!.GetSnapshotAsync(None))!.Files.Count);
        Assert.Equal(2, store.Appends);
    }

    ProjectRecords Open(long budget) =>
        new(new DirectoryStore(_folder.Path), new MemoryBudget(budget), TimeProvider.System);

    static Task<bool> AddAsync(ProjectRecords records, int version, string project = "foo") =>
        records.GetOrCreate(ProjectName.Parse(project)).ChangeAsync(
            _ => new Change<bool>(true, [Added($"{project}-{version}.0.tar.gz", "content")]));

    static async Task<List<WeakReference<ProjectRecord>>> ReadAllAsync(ProjectRecords records)
    {
        List<ProjectRecord> used = [.. records.Names.Names.Select(records.GetOrCreate)];
        await records.ReadAllAsync((_, _) => { }, (_, error) => Assert.Fail(error.Message), None);
        return [.. used.Select(record => new WeakReference<ProjectRecord>(record))];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static WeakReference<ProjectRecord> FindWeakly(ProjectRecords records) => new(records.Find(Foo)!);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void CreateMany(LiveRecords live)
    {
        for (var i = 0; i < 100; i++)
            live.GetOrCreate(ProjectName.Parse($"p{i}"));
    }

    static void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
}
