using System.Text;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage.Directories;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Content.Records.Events;

namespace PyRepo.Server.Tests.Content.Records;

public sealed class ProjectRecordTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly FakeClock _clock = new(Start);
    readonly ObservedStore _store;

    public ProjectRecordTests() => _store = new(new DirectoryStore(_folder.Path));

    static CancellationToken None => CancellationToken.None;

    string RecordPath => _folder[StorageLayout.Record(Foo)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_project_without_events_has_no_snapshot_and_leaves_no_file()
    {
        var record = Open();
        Assert.Null(await record.GetSnapshotAsync(None));
        Assert.Equal("looked", await record.ChangeAsync(_ => new Change<string>("looked", [])));
        Assert.False(File.Exists(RecordPath));
    }

    [Fact]
    public async Task A_change_is_visible_to_the_next_process()
    {
        await AddAsync(Open(), "foo-1.0.tar.gz");
        await AddAsync(Open(), "foo-2.0.tar.gz");
        Assert.Equal(["foo-1.0.tar.gz", "foo-2.0.tar.gz"], await GetFiles(Open()));
    }

    [Fact]
    public async Task The_time_and_the_serial_of_an_event_are_those_of_its_writing()
    {
        var record = Open();
        await AddAsync(record, "foo-1.0.tar.gz");
        _clock.Advance(TimeSpan.FromDays(3));
        await AddAsync(record, "foo-2.0.tar.gz");
        Assert.Equal([(1, Start), (2, Start.AddDays(3))], ReadRecord().Select(e => (e.Serial, e.At)));
    }

    [Fact]
    public async Task No_event_is_earlier_than_the_one_before_it()
    {
        var ahead = new FakeClock(Start.AddHours(1));
        await AddAsync(Open(ahead), "foo-1.0.tar.gz");
        await AddAsync(Open(), "foo-2.0.tar.gz");
        Assert.Equal([Start.AddHours(1), Start.AddHours(1)], ReadRecord().Select(e => e.At));
    }

    [Fact]
    public async Task Two_hundred_changes_at_once_are_all_recorded_in_one_order_and_in_few_writes()
    {
        var medium = new TaskCompletionSource();
        _store.Medium = medium.Task;
        var record = Open();
        var first = AddAsync(record, "foo-0.tar.gz");
        var others = Enumerable.Range(1, 199).Select(i => AddAsync(record, $"foo-{i}.tar.gz")).ToList();
        medium.SetResult();
        await Task.WhenAll([first, .. others]);

        Assert.Equal(2, _store.Appends);
        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), ReadRecord().Select(e => e.Serial));
        Assert.Equal(200, (await GetFiles(Open())).Distinct().Count());
    }

    [Fact]
    public async Task Changes_from_many_threads_are_all_recorded()
    {
        var record = Open();
        await Parallel.ForAsync(0, 200, async (i, _) => await AddAsync(record, $"foo-{i}.tar.gz"));
        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), ReadRecord().Select(e => e.Serial));
        Assert.Equal(200, (await GetFiles(record)).Count);
    }

    [Fact]
    public async Task A_change_sees_what_those_before_it_in_the_same_write_did()
    {
        var record = Open();
        Task<bool> AddUnlessThere() => record.ChangeAsync(history => history.FindVisible("foo-1.0.tar.gz") is null
            ? new Change<bool>(true, [Added("foo-1.0.tar.gz")])
            : new Change<bool>(false, []));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AddUnlessThere()));
        Assert.Single(outcomes, added => added);
        Assert.Single(ReadRecord());
    }

    [Fact]
    public async Task A_change_is_not_seen_before_it_is_durable()
    {
        var record = Open();
        await AddAsync(record, "foo-1.0.tar.gz");
        Assert.Single(await GetFiles(record));
        var medium = new TaskCompletionSource();
        _store.Medium = medium.Task;
        var change = AddAsync(record, "foo-2.0.tar.gz");
        Assert.Single(await GetFiles(record));
        Assert.False(change.IsCompleted);
        medium.SetResult();
        await change;
        Assert.Equal(2, (await GetFiles(record)).Count);
    }

    [Fact]
    public async Task An_unconfirmed_write_torn_by_a_power_cut_is_dropped_completely()
    {
        await AddAsync(Open(), "foo-1.0.tar.gz");
        var confirmed = await File.ReadAllBytesAsync(RecordPath);
        await AddTogetherAsync("foo-2.0.tar.gz", "foo-3.0.tar.gz", "foo-4.0.tar.gz");
        var lines = await File.ReadAllBytesAsync(RecordPath);
        // The second line's page did not reach the medium, but the page of the third and the fourth did.
        lines.AsSpan(confirmed.Length + 20, 300).Clear();
        await File.WriteAllBytesAsync(RecordPath, lines);

        Assert.Equal(["foo-1.0.tar.gz"], await GetFiles(Open()));
        await AddAsync(Open(), "foo-5.0.tar.gz");
        Assert.Equal([(1, "foo-1.0.tar.gz"), (2, "foo-5.0.tar.gz")], ReadRecord().Select(e => (e.Serial, e.File)));
    }

    [Fact]
    public async Task Zeros_before_a_later_write_are_damage_and_nothing_is_dropped()
    {
        await AddTogetherAsync("foo-1.0.tar.gz", "foo-2.0.tar.gz");
        var before = (await File.ReadAllBytesAsync(RecordPath)).Length;
        await AddAsync(Open(), "foo-3.0.tar.gz");
        var lines = await File.ReadAllBytesAsync(RecordPath);
        lines.AsSpan(before - 200, 100).Clear();
        await File.WriteAllBytesAsync(RecordPath, lines);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await Open().GetSnapshotAsync(None));
        Assert.Equal(lines, await File.ReadAllBytesAsync(RecordPath));
    }

    async Task AddTogetherAsync(params string[] files) => await Open().ChangeAsync(
        _ => new Change<bool>(true, [.. files.Select(file => Added(file))]));

    [Theory]
    [InlineData(0, 2)]
    [InlineData(0, 0, 1, 2)]
    [InlineData(1, 0, 2)]
    public async Task A_record_with_missing_repeated_or_swapped_lines_is_damaged_and_left_as_it_is(params int[] order)
    {
        for (var version = 1; version <= 3; version++)
            await AddAsync(Open(), $"foo-{version}.0.tar.gz");
        var lines = await File.ReadAllLinesAsync(RecordPath);
        await File.WriteAllLinesAsync(RecordPath, order.Select(line => lines[line]));
        var damaged = await File.ReadAllBytesAsync(RecordPath);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await Open().GetSnapshotAsync(None));
        await Assert.ThrowsAsync<InvalidDataException>(() => AddAsync(Open(), "foo-4.0.tar.gz"));
        Assert.Equal(damaged, await File.ReadAllBytesAsync(RecordPath));
    }

    [Fact]
    public async Task A_line_that_was_cut_off_is_dropped_and_the_next_change_comes_after_whole_lines()
    {
        await AddAsync(Open(), "foo-1.0.tar.gz");
        await AddAsync(Open(), "foo-2.0.tar.gz");
        var whole = await File.ReadAllBytesAsync(RecordPath);
        await File.WriteAllBytesAsync(RecordPath, whole[..^10]);

        Assert.Equal(["foo-1.0.tar.gz"], await GetFiles(Open()));
        // Reading must work on a full disk.
        Assert.Equal(whole[..^10], await File.ReadAllBytesAsync(RecordPath));
        await AddAsync(Open(), "foo-3.0.tar.gz");
        Assert.Equal([(1, "foo-1.0.tar.gz"), (2, "foo-3.0.tar.gz")], ReadRecord().Select(e => (e.Serial, e.File)));
    }

    [Fact]
    public async Task A_record_with_only_a_truncated_line_is_empty()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(RecordPath)!);
        await File.WriteAllTextAsync(RecordPath, "{\"event\":\"add");
        Assert.Null(await Open().GetSnapshotAsync(None));
        await AddAsync(Open(), "foo-1.0.tar.gz");
        Assert.Single(ReadRecord());
    }

    [Fact]
    public async Task A_damaged_record_fails_with_its_location_and_is_left_unchanged()
    {
        await AddAsync(Open(), "foo-1.0.tar.gz");
        await File.AppendAllTextAsync(RecordPath, "nonsense\n");
        var before = await File.ReadAllTextAsync(RecordPath);
        var record = Open();
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => record.GetSnapshotAsync(None).AsTask());
        Assert.Contains("projects/foo.jsonl", error.Message, StringComparison.Ordinal);
        Assert.Contains("Line 2", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidDataException>(() => AddAsync(record, "foo-2.0.tar.gz"));
        Assert.Equal(before, await File.ReadAllTextAsync(RecordPath));
    }

    [Fact]
    public async Task A_concurrent_write_by_another_process_is_read_and_the_change_is_decided_again()
    {
        var (one, other) = (Open(), Open());
        await AddAsync(one, "foo-1.0.tar.gz");
        await AddAsync(other, "foo-2.0.tar.gz");
        var asked = 0;
        await one.ChangeAsync(history =>
        {
            asked++;
            return new Change<bool>(true, [Added($"foo-{history.FileCount + 1}.0.tar.gz")]);
        });
        Assert.Equal(2, asked);
        Assert.Equal(["foo-1.0.tar.gz", "foo-2.0.tar.gz", "foo-3.0.tar.gz"], await GetFiles(one));
        Assert.Equal([1, 2, 3], ReadRecord().Select(e => e.Serial));
    }

    [Fact]
    public async Task A_write_that_fails_fails_all_waiting_changes_and_shows_nothing()
    {
        var record = Open();
        await AddAsync(record, "foo-1.0.tar.gz");
        _store.BeforeAppend = static _ => throw new IOException("The disk is on fire.");
        var changes = Enumerable.Range(2, 3).Select(i => AddAsync(record, $"foo-{i}.0.tar.gz")).ToList();
        foreach (var change in changes)
            await Assert.ThrowsAsync<IOException>(() => change);
        Assert.Equal(["foo-1.0.tar.gz"], await GetFiles(record));

        _store.BeforeAppend = static _ => { };
        await AddAsync(record, "foo-9.0.tar.gz");
        Assert.Equal([(1, "foo-1.0.tar.gz"), (2, "foo-9.0.tar.gz")], ReadRecord().Select(e => (e.Serial, e.File)));
    }

    [Fact]
    public async Task A_flush_that_fails_is_reported_and_the_record_is_read_again()
    {
        var record = Open();
        _store.Medium = Task.FromException(new IOException("The cable is out."));
        await Assert.ThrowsAsync<IOException>(() => AddAsync(record, "foo-1.0.tar.gz"));
        _store.Medium = Task.CompletedTask;
        await AddAsync(record, "foo-2.0.tar.gz");
        Assert.Equal([1, 2], ReadRecord().Select(e => e.Serial));
        Assert.Equal(await GetFiles(Open()), await GetFiles(record));
    }

    [Fact]
    public async Task Without_memory_records_are_read_again_and_no_change_is_lost()
    {
        var budget = new MemoryBudget(1);
        var names = Enumerable.Range(0, 8).Select(i => Packaging.Names.ProjectName.Parse($"foo{i}")).ToList();
        var records = names.ConvertAll(name => new ProjectRecord(name, new RecordContext(_store, budget, _clock)));
        await Parallel.ForAsync(0, 200, async (i, _) =>
        {
            await records[i % 8].ChangeAsync(
                history => new Change<bool>(true, [Added($"foo{i % 8}-{history.Serial + 1}.tar.gz")]));
            await records[(i + 3) % 8].GetSnapshotAsync(None);
        });
        foreach (var name in names)
        {
            var snapshot = await new ProjectRecord(name, new RecordContext(_store, budget, _clock))
                .GetSnapshotAsync(None);
            Assert.Equal(
                Enumerable.Range(1, 25).Select(i => $"{i}"), snapshot!.Visible.Select(f => f.Name.VersionText));
        }
    }

    [Fact]
    public async Task A_record_is_read_only_once_while_there_is_memory()
    {
        var record = Open();
        await AddAsync(record, "foo-1.0.tar.gz");
        var snapshot = await record.GetSnapshotAsync(None);
        File.Delete(RecordPath);
        Assert.Same(snapshot, await record.GetSnapshotAsync(None));
        Assert.True(record.TryEvict());
        Assert.Null(await record.GetSnapshotAsync(None));
    }

    [Fact]
    public async Task A_record_that_is_in_use_is_not_evicted()
    {
        var record = Open();
        await record.ReadAsync(
            history =>
            {
                Assert.False(record.TryEvict());
                return history.Serial;
            },
            None);
        Assert.True(record.TryEvict());
    }

    ProjectRecord Open(TimeProvider? clock = null) =>
        new(Foo, new RecordContext(_store, new MemoryBudget(1 << 20), clock ?? _clock));

    static Task<bool> AddAsync(ProjectRecord record, string file) =>
        record.ChangeAsync(_ => new Change<bool>(true, [Added(file)]));

    static async Task<List<string>> GetFiles(ProjectRecord record) =>
        [.. (await record.GetSnapshotAsync(None))!.Visible.Select(f => f.Name.FileName)];

    List<ProjectEvent> ReadRecord()
    {
        var bytes = File.ReadAllBytes(RecordPath);
        var events = RecordLines.Read(bytes, out var whole);
        Assert.Equal(Encoding.UTF8.GetString(bytes[..whole]), Encoding.UTF8.GetString(bytes));
        return events;
    }
}
