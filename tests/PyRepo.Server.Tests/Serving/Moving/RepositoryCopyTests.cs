using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Hosted.Undo;
using PyRepo.Server.Serving.Moving;
using PyRepo.Server.Tests.Content.Records;
using PyRepo.Server.Tests.Hosted;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Moving;

public sealed class RepositoryCopyTests : IDisposable
{
    static readonly StoreFormat _owner = new(StorageLayout.Version, "PythonRepository", null, "team");
    static readonly string _foo1 = WheelFile.GetName("foo", "1.0");
    static readonly string _foo2 = WheelFile.GetName("foo", "2.0");
    readonly HostedFolder _from = new();
    readonly HostedFolder _to = new();
    readonly CommittedKeys _target;

    public RepositoryCopyTests() => _target = new CommittedKeys(new DirectoryStore(_to.Path));

    static CancellationToken None => CancellationToken.None;

    public void Dispose()
    {
        _from.Dispose();
        _to.Dispose();
    }

    [Fact]
    public async Task The_copy_has_the_same_projects_and_bytes()
    {
        await FillAsync();
        _from.Put("packages/bar/bar-1.0.tar.gz", [1, 2, 3]);
        _from.Put("packages/foo/@01m7000000000000000000000x/garbage", [4]);
        _from.Put("upstream/foo.json", [5]);
        _from.Put("usage/2026-01-01/0.json", [6]);
        _from.Put("statistics/2026-01-01/0.json", [8]);
        _from.Put("statistics/2025-01-01/merged.json", [9]);
        _from.Put(".staging/half", [7]);
        var outcome = await CopyAsync();
        Assert.Empty(outcome.Problems);
        Assert.Equal(2, outcome.Projects);
        await _to.OpenAsync();
        Assert.Equal(await _from.FilesAsync("foo"), await _to.FilesAsync("foo"));
        Assert.Equal((await _from.SnapshotAsync("foo")).Version, (await _to.SnapshotAsync("foo")).Version);
        Assert.Equal(await _from.ReadAsync("foo", _foo1), await _to.ReadAsync("foo", _foo1));
        Assert.Equal(Visible(_from).Where(key => !key.Contains("/@01m7", StringComparison.Ordinal)), Visible(_to));
    }

    [Fact]
    public async Task What_was_deleted_can_be_restored_in_the_copy_and_is_not_missed_if_its_bytes_are_gone()
    {
        var week = TimeSpan.FromDays(7);
        await _from.OpenAsync(keepDeletedFor: week);
        await _from.AddAsync(_foo1, WheelFile.Make("foo", "1.0"), provenance: [1, 2, 3]);
        await _from.AddWheelAsync("foo", "2.0");
        var foo = ProjectName.Parse("foo");
        await _from.Repository.Releases.DeleteAsync(foo, null, "bob");
        foreach (var lost in (await _from.PackagesAsync()).Where(key => key.EndsWith(_foo2, StringComparison.Ordinal)))
            File.Delete(_from.GetPath(lost));
        Assert.Empty((await CopyAsync()).Problems);
        await _to.OpenAsync(keepDeletedFor: week);
        var restored = await new Restorer(_to.Repository).RestoreAsync(foo, "1.0", "bob", false, None);
        Assert.Equal([_foo1], restored!.Done.Select(step => step.Subject));
        Assert.Equal(WheelFile.Make("foo", "1.0"), await _to.ReadAsync("foo", _foo1));
    }

    [Fact]
    public async Task The_copy_has_the_provenance_of_files()
    {
        await _from.OpenAsync();
        await _from.AddAsync(_foo1, WheelFile.Make("foo", "1.0"), provenance: [1, 2, 3]);
        Assert.Empty((await CopyAsync()).Problems);
        Assert.Equal(Visible(_from), Visible(_to));
        Assert.Contains(Visible(_to), key => key.EndsWith($"{_foo1}.provenance", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_copy_stops_if_a_server_has_claimed_the_target_meanwhile()
    {
        await _from.OpenAsync();
        await _from.AddWheelAsync("foo", "1.0");
        var asked = 0;
        var copy = new RepositoryCopy(new DirectoryStore(_from.Path), _target, new NoProgress())
        {
            // The server starts while the first record is written.
            ConfirmAsync = _ => ++asked == 1 ? default : throw new StoreUnavailableException("A server took it over."),
        };
        await Assert.ThrowsAsync<StoreUnavailableException>(() => copy.RunAsync(_owner, null, None));
        Assert.Single(_target.Keys, key => key.StartsWith("projects/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_record_is_copied_after_everything_else()
    {
        await FillAsync();
        await CopyAsync();
        var keys = _target.Keys.Where(key => key != StorageLayout.Format).ToList();
        var firstRecord = keys.FindIndex(key => key.EndsWith(".jsonl", StringComparison.Ordinal));
        Assert.All(
            keys.Take(firstRecord), key => Assert.StartsWith(StorageLayout.Packages, key, StringComparison.Ordinal));
        Assert.Equal(
            ["projects/bar.jsonl", "projects/foo.jsonl"], keys.Skip(firstRecord).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_failed_copy_resumes_and_a_complete_one_copies_only_new_files()
    {
        await FillAsync();
        _target.BeforeCommit = key => key.EndsWith(_foo2, StringComparison.Ordinal)
            ? throw new IOException("The bucket is away.") : Task.CompletedTask;
        await Assert.ThrowsAsync<IOException>(CopyAsync);
        Assert.DoesNotContain(_target.Keys, key => key.EndsWith(".jsonl", StringComparison.Ordinal));

        _target.BeforeCommit = static _ => Task.CompletedTask;
        Assert.Empty((await CopyAsync()).Problems);
        Assert.Equal(_target.Keys.Distinct(), _target.Keys);
        Assert.Equal(0, (await CopyAsync()).Copied);
        await _from.AddWheelAsync("foo", "3.0");
        Assert.Equal(2, (await CopyAsync()).Copied);
        await _to.OpenAsync();
        Assert.Equal(3, (await _to.FilesAsync("foo")).Count);
    }

    [Fact]
    public async Task A_file_uploaded_during_the_copy_is_copied_before_its_record()
    {
        await FillAsync();
        var isUploaded = false;
        _target.BeforeCommit = async key =>
        {
            if (isUploaded || !key.EndsWith(WheelFile.GetName("bar", "1.0"), StringComparison.Ordinal))
                return;
            isUploaded = true;
            await _from.AddWheelAsync("bar", "9.0");
            await _from.AddWheelAsync("new", "1.0");
        };
        await CopyAsync();
        await _to.OpenAsync();
        Assert.NotNull(await _to.ReadAsync("bar", WheelFile.GetName("bar", "9.0")));
        Assert.Equal(
            WheelFile.Make("new", "1.0", ""), await _to.ReadAsync("new", WheelFile.GetName("new", "1.0")));
    }

    [Fact]
    public async Task A_damaged_or_missing_file_is_reported_and_not_copied()
    {
        await FillAsync();
        var (damaged, missing) = (await KeyOfAsync(_foo1), await KeyOfAsync(_foo2));
        var bytes = await File.ReadAllBytesAsync(_from.GetPath(damaged));
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(_from.GetPath(damaged), bytes);
        File.Delete(_from.GetPath(missing));
        var outcome = await CopyAsync();
        Assert.Equal(2, outcome.Problems.Length);
        Assert.Contains(outcome.Problems, p => p.StartsWith($"{damaged}: it is damaged", StringComparison.Ordinal));
        Assert.Contains(outcome.Problems, p => p == $"{missing}: it is missing.");
        Assert.False(File.Exists(_to.GetPath(damaged)));
        await _to.OpenAsync();
        Assert.Equal(2, (await _to.FilesAsync("foo")).Count);
        Assert.Null(await _to.ReadAsync("foo", _foo1));
    }

    [Fact]
    public async Task A_damaged_record_is_reported_and_copied_with_its_files()
    {
        await FillAsync();
        await File.WriteAllTextAsync(_from.GetPath("projects/foo.jsonl"), "nonsense\n");
        var outcome = await CopyAsync();
        Assert.Contains("projects/foo.jsonl", Assert.Single(outcome.Problems), StringComparison.Ordinal);
        Assert.Equal(Visible(_from), Visible(_to));
    }

    [Fact]
    public async Task A_damaged_record_is_copied_with_its_segments()
    {
        await FillAsync();
        var lines = await File.ReadAllBytesAsync(_from.GetPath("projects/foo.jsonl"));
        _from.Put("projects/foo/1-2.jsonl", lines);
        await File.WriteAllTextAsync(
            _from.GetPath("projects/foo.jsonl"),
            """{"sealed":[{"key":"projects/foo/1-2.jsonl","events":2}]}""" + "\nnonsense\n");
        var outcome = await CopyAsync();
        Assert.Single(outcome.Problems);
        Assert.Equal(Visible(_from), Visible(_to));
    }

    /// <summary>A server that has a folder open does not know segments.</summary>
    [Fact]
    public async Task A_record_with_segments_becomes_one_in_a_folder()
    {
        await FillAsync();
        var lines = await File.ReadAllLinesAsync(_from.GetPath("projects/foo.jsonl"));
        _from.Put("projects/foo/1-1.jsonl", System.Text.Encoding.UTF8.GetBytes($"{lines[0]}\n"));
        await File.WriteAllTextAsync(
            _from.GetPath("projects/foo.jsonl"),
            """{"sealed":[{"key":"projects/foo/1-1.jsonl","events":1}]}""" + $"\n{lines[1]}\n");
        var copy = new RepositoryCopy(new RewritingStore(new DirectoryStore(_from.Path)), _target, new NoProgress());
        Assert.Empty((await copy.RunAsync(_owner, null, None)).Problems);
        Assert.Equal(lines, await _to.RecordAsync("foo"));
        Assert.False(Directory.Exists(_to.GetPath("projects/foo")));
        await _to.OpenAsync();
        Assert.Equal(2, (await _to.FilesAsync("foo")).Count);
        Assert.Empty((await copy.RunAsync(_owner, null, None)).Problems);
    }

    [Fact]
    public async Task A_damaged_record_that_was_copied_is_replaced_after_it_was_deleted_in_the_target()
    {
        await FillAsync();
        var record = await File.ReadAllBytesAsync(_from.GetPath("projects/foo.jsonl"));
        await File.WriteAllTextAsync(_from.GetPath("projects/foo.jsonl"), "nonsense\n");
        await CopyAsync();
        await File.WriteAllBytesAsync(_from.GetPath("projects/foo.jsonl"), record);
        Assert.Contains(
            "If an earlier copy brought it, delete it there",
            (await Assert.ThrowsAsync<InvalidDataException>(CopyAsync)).Message, StringComparison.Ordinal);
        File.Delete(_to.GetPath("projects/foo.jsonl"));
        Assert.Empty((await CopyAsync()).Problems);
        Assert.Equal(Visible(_from), Visible(_to));
    }

    [Fact]
    public async Task A_target_that_is_not_a_copy_is_left_unchanged()
    {
        await FillAsync();
        await _to.AddWheelAsync("other", "1.0");
        Assert.Contains(
            "'other'", (await Assert.ThrowsAsync<InvalidDataException>(CopyAsync)).Message, StringComparison.Ordinal);
        Assert.Empty(_target.Keys);
    }

    [Fact]
    public async Task A_copy_that_has_changed_since_is_left_unchanged()
    {
        await FillAsync();
        await CopyAsync();
        await _to.OpenAsync();
        await _to.AddWheelAsync("foo", "7.0");
        var error = await Assert.ThrowsAsync<InvalidDataException>(CopyAsync);
        Assert.Contains("'foo' has changed on its own", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_of_another_kind_is_refused()
    {
        await FillAsync();
        await StoreFormatFile.ClaimAsync(_target, _owner with { Kind = "ProxyRepository" }, null, None);
        await Assert.ThrowsAsync<InvalidDataException>(CopyAsync);
        Assert.Equal([StorageLayout.Format], _target.Keys);
    }

    async Task FillAsync()
    {
        await _from.OpenAsync();
        await _from.AddWheelAsync("foo", "1.0");
        await _from.AddWheelAsync("foo", "2.0");
        await _from.AddWheelAsync("bar", "1.0");
    }

    Task<CopyOutcome> CopyAsync() =>
        new RepositoryCopy(new DirectoryStore(_from.Path), _target, new NoProgress()).RunAsync(_owner, null, None);

    async Task<string> KeyOfAsync(string fileName) =>
        (await _from.PackagesAsync()).Single(key => key.EndsWith(fileName, StringComparison.Ordinal));

    /// <summary>The paths of all files that are not the store's own.</summary>
    static IEnumerable<string> Visible(HostedFolder folder) =>
        Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder.Path, path))
            .Where(key => key[0] != '.' && key != StorageLayout.Format)
            .Order(StringComparer.Ordinal);
}
