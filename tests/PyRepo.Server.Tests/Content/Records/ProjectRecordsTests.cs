using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage.Directories;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Content.Records.Events;

namespace PyRepo.Server.Tests.Content.Records;

public sealed class ProjectRecordsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static CancellationToken None => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Names_are_the_sorted_names_of_the_records_in_the_store()
    {
        await AddAsync(await OpenAsync(), "zoo", "Apple", "foo.bar");
        Assert.Equal(["apple", "foo-bar", "zoo"], Names(await OpenAsync()));
    }

    [Fact]
    public async Task A_new_project_is_listed_after_its_first_event_and_changes_the_version_of_the_list()
    {
        var records = await OpenAsync();
        var before = records.Names;
        Assert.Null(records.Find(Foo));
        Assert.Null(await records.GetOrCreate(Foo).GetSnapshotAsync(None));
        Assert.Null(records.Find(Foo));
        Assert.Same(before, records.Names);

        await AddAsync(records, "foo");
        Assert.NotNull(records.Find(Foo));
        Assert.Equal(["foo"], Names(records));
        Assert.NotEqual(before.Generation, records.Names.Generation);
    }

    [Fact]
    public async Task A_project_whose_files_are_all_deleted_stays_named()
    {
        var records = await OpenAsync();
        await AddAsync(records, "foo");
        await records.GetOrCreate(Foo).ChangeAsync(
            _ => new Change<bool>(true, [From(ProjectEventKind.Deleted, "foo-1.0.tar.gz")]));
        Assert.Equal(["foo"], Names(records));
        Assert.Equal((1, 0, 0), records.Total());
        Assert.Equal(["foo"], Names(await OpenAsync()));
    }

    [Fact]
    public async Task Totals_are_right_after_changes_and_after_all_records_were_read()
    {
        var records = await OpenAsync();
        await AddAsync(records, "foo", "bar");
        Assert.Equal((2, 2, 14), records.Total());

        var again = await OpenAsync();
        Assert.Equal((2, 0, 0), again.Total());
        var seen = new List<string>();
        await again.ReadAllAsync((name, _) => seen.Add(name.Value), (_, error) => Assert.Fail(error.Message), None);
        Assert.Equal(["bar", "foo"], seen.Order(StringComparer.Ordinal));
        Assert.Equal((2, 2, 14), again.Total());
    }

    [Fact]
    public async Task A_late_record_does_not_delay_the_list_and_is_read_later()
    {
        await AddAsync(await OpenAsync(), "apple", "zoo");
        var bucket = new ObservedStore(new RewritingStore(new DirectoryStore(_folder.Path)))
        {
            BeforeOpen = key => _ = key.Contains("apple", StringComparison.Ordinal) ? throw new IOException("late") : 0,
        };
        var records = new ProjectRecords(bucket, new MemoryBudget(1 << 20), TimeProvider.System);
        await Assert.ThrowsAsync<IOException>(() => records.RefreshAsync(None));
        Assert.Equal((2, 1, 7), records.Total());
        bucket.BeforeOpen = static _ => { };
        await records.RefreshAsync(None);
        Assert.Equal((2, 2, 14), records.Total());
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_is_reported_and_the_others_are_read()
    {
        await AddAsync(await OpenAsync(), "foo", "bar", "baz");
        await File.WriteAllTextAsync(_folder[StorageLayout.Record(ProjectName.Parse("bar"))], "nonsense\n");
        await File.AppendAllTextAsync(
            _folder[StorageLayout.Record(ProjectName.Parse("baz"))],
            """{"event":"status","at":"2026-01-01T00:00:00+00:00","by":"x","status":"asleep"}""" + "\n");
        var records = await OpenAsync();
        var (seen, failures) = (new List<string>(), new List<string>());
        await records.ReadAllAsync((name, _) => seen.Add(name.Value), (_, error) => failures.Add(error.Message), None);
        Assert.Equal(["foo"], seen);
        Assert.Equal(2, failures.Count);
        Assert.Contains(failures, message => message.Contains("projects/bar.jsonl", StringComparison.Ordinal));
        Assert.Contains(failures, message => message.Contains("'baz'", StringComparison.Ordinal));
        Assert.Equal(["bar", "baz", "foo"], Names(records));
    }

    [Fact]
    public async Task A_key_that_is_not_a_record_names_no_project()
    {
        Directory.CreateDirectory(_folder["projects"]);
        foreach (var file in (string[])["foo.json", "Foo.jsonl", "-.jsonl", "notes.txt"])
            await File.WriteAllTextAsync(_folder[$"projects/{file}"], "x");
        Assert.Empty(Names(await OpenAsync()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"event\":\"added\",")]
    [InlineData("\0\0\0\0")]
    public async Task A_project_whose_record_has_no_whole_line_is_known_and_has_no_files(string record)
    {
        Directory.CreateDirectory(_folder["projects"]);
        await File.WriteAllTextAsync(_folder["projects/foo.jsonl"], record);
        var records = await OpenAsync();
        Assert.Equal(["foo"], Names(records));
        Assert.Empty((await records.Find(Foo)!.GetSnapshotAsync(None))!.Files);
        await AddAsync(records, "foo");
        Assert.Single((await records.Find(Foo)!.GetSnapshotAsync(None))!.Files);
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("link")]
    [InlineData("link to a file")]
    public async Task A_project_whose_record_is_no_file_is_known_and_cannot_be_read_or_written(string what)
    {
        Directory.CreateDirectory(_folder["projects"]);
        var path = _folder["projects/foo.jsonl"];
        await File.WriteAllTextAsync(_folder["elsewhere"], "precious");
        if (what == "folder")
            Directory.CreateDirectory(path);
        else
            File.CreateSymbolicLink(path, what == "link" ? "nothing" : _folder["elsewhere"]);
        var records = await OpenAsync();
        Assert.Equal(["foo"], Names(records));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await records.Find(Foo)!.GetSnapshotAsync(None));
        await Assert.ThrowsAsync<InvalidDataException>(() => AddAsync(records, "foo"));
        Assert.Equal("precious", await File.ReadAllTextAsync(_folder["elsewhere"]));
    }

    [Fact]
    public async Task A_link_that_appears_in_the_place_of_a_new_record_is_not_written_through()
    {
        var records = await OpenAsync();
        await AddAsync(records, "bar");
        await File.WriteAllTextAsync(_folder["elsewhere"], "precious");
        File.CreateSymbolicLink(_folder["projects/foo.jsonl"], _folder["elsewhere"]);
        await Assert.ThrowsAnyAsync<IOException>(() => AddAsync(records, "foo"));
        Assert.Equal("precious", await File.ReadAllTextAsync(_folder["elsewhere"]));
    }

    [Fact]
    public async Task A_record_that_vanishes_does_not_make_its_project_unknown()
    {
        var records = await OpenAsync();
        await AddAsync(records, "foo");
        File.Delete(_folder["projects/foo.jsonl"]);
        Assert.True(records.Find(Foo)!.TryEvict());
        await Assert.ThrowsAsync<InvalidDataException>(async () => await records.Find(Foo)!.GetSnapshotAsync(None));
        await Assert.ThrowsAsync<InvalidDataException>(() => AddAsync(records, "foo"));
        Assert.False(File.Exists(_folder["projects/foo.jsonl"]));
    }

    async Task<ProjectRecords> OpenAsync()
    {
        var records = new ProjectRecords(new DirectoryStore(_folder.Path), new MemoryBudget(1 << 20), new FakeClock());
        await records.OpenAsync(None);
        return records;
    }

    static IEnumerable<string> Names(ProjectRecords records) => records.Names.Names.Select(name => name.Value);

    static async Task AddAsync(ProjectRecords records, params string[] projects)
    {
        foreach (var project in projects)
        {
            await records.GetOrCreate(ProjectName.Parse(project)).ChangeAsync(
                _ => new Change<bool>(true, [Added($"{project}-1.0.tar.gz", "content")]));
        }
    }
}
