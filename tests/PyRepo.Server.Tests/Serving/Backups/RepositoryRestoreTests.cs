using PyRepo.Server.Content.Records;
using PyRepo.Server.Serving.Backups;
using PyRepo.Server.Tests.Hosted;
using PyRepo.Server.Tests.Serving.Moving;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Backups;

public sealed class RepositoryRestoreTests : IDisposable
{
    readonly BackedUpFolder _folder = new();

    static CancellationToken None => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_store_is_filled_once()
    {
        await BackUpAsync();
        Assert.False(await _folder.Restore().IsDoneAsync(None));
        Assert.Null(await _folder.Restore().RunAsync(None));
        Assert.True(await _folder.Restore().IsDoneAsync(None));
        await _folder.Restored.OpenAsync();
        await _folder.Restored.AddWheelAsync("foo", "5.0");
        await _folder.Repository.AddWheelAsync("foo", "6.0");
        await _folder.BackUpAsync();
        Assert.Null(await _folder.Restore().RunAsync(None));
        await _folder.Restored.OpenAsync();
        Assert.Contains(WheelFile.GetName("foo", "5.0"), await _folder.Restored.FilesAsync("foo"));
        Assert.DoesNotContain(WheelFile.GetName("foo", "6.0"), await _folder.Restored.FilesAsync("foo"));
    }

    [Fact]
    public async Task A_store_that_has_something_is_refused_and_left_alone()
    {
        await BackUpAsync();
        await _folder.Restored.OpenAsync();
        await _folder.Restored.AddWheelAsync("other", "1.0");
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => _folder.Restore().RunAsync(None));
        Assert.Contains("only to an empty store", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Restored.GetPath(StorageLayout.Restored)));
        Assert.False(File.Exists(_folder.Restored.GetPath("projects/foo.jsonl")));
    }

    [Fact]
    public async Task An_interrupted_restoration_goes_on_with_the_same_backup()
    {
        var first = await BackUpAsync();
        var store = new CommittedKeys(new DirectoryStore(_folder.Restored.Path))
        {
            BeforeCommit = key => key.StartsWith(StorageLayout.Projects, StringComparison.Ordinal)
                ? throw new IOException("The disk is away.") : Task.CompletedTask,
        };
        await Assert.ThrowsAsync<IOException>(() => _folder.Restore(to: store).RunAsync(None));
        await _folder.Repository.AddWheelAsync("foo", "6.0");
        await _folder.BackUpAsync();
        store.BeforeCommit = static _ => Task.CompletedTask;
        var restore = _folder.Restore(to: store);
        Assert.Null(await restore.RunAsync(None));
        Assert.Equal(first.Name, restore.Mark!.Backup);
        Assert.Equal(store.Keys.Distinct().Count(), store.Keys.Count(key => key != StorageLayout.Restored) + 1);
        await _folder.Restored.OpenAsync();
        Assert.DoesNotContain(WheelFile.GetName("foo", "6.0"), await _folder.Restored.FilesAsync("foo"));
    }

    [Fact]
    public async Task A_backup_of_another_kind_is_refused()
    {
        await BackUpAsync();
        await Assert.ThrowsAsync<InvalidDataException>(
            () => _folder.Restore(kind: "ProxyRepository").RunAsync(None));
    }

    [Fact]
    public async Task It_is_said_which_backups_there_are_if_the_wanted_one_is_none()
    {
        var none = await Assert.ThrowsAsync<InvalidDataException>(() => _folder.Restore().RunAsync(None));
        Assert.Contains("there is no backup in", none.Message, StringComparison.Ordinal);
        var made = await BackUpAsync();
        var unknown = await Assert.ThrowsAsync<InvalidDataException>(
            () => _folder.Restore("20200101T000000Z").RunAsync(None));
        Assert.Contains($"the newest is {made.Name}", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_missing_afterwards_and_counted()
    {
        var made = await BackUpAsync();
        await ChangeAsync(made, "/foo-1.0");
        var restore = _folder.Restore();
        Assert.Null(await restore.RunAsync(None));
        Assert.Equal(1, restore.Mark!.Problems);
        await _folder.Restored.OpenAsync();
        Assert.Null(await _folder.Restored.ReadAsync("foo", WheelFile.GetName("foo", "1.0")));
        Assert.NotNull(await _folder.Restored.ReadAsync("foo", WheelFile.GetName("foo", "2.0")));
    }

    [Fact]
    public async Task A_damaged_record_stops_the_restoration_because_its_project_would_be_unknown()
    {
        var made = await BackUpAsync();
        await ChangeAsync(made, "projects/foo");
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => _folder.Restore().RunAsync(None));
        Assert.Contains("'foo'", error.Message, StringComparison.Ordinal);
        Assert.False(await _folder.Restore().IsDoneAsync(None));
    }

    [Theory]
    [InlineData("seen-projects.bin")]
    [InlineData("tokens/tokens.json")]
    public async Task Whatever_no_record_names_must_be_there(string key)
    {
        _folder.Repository.Put(key, [1, 2, 3]);
        var made = await BackUpAsync();
        await foreach (var entry in _folder.Catalog.ReadEntriesAsync(made, None))
        {
            if (entry.Key == key)
                File.Delete(_folder.GetPath(BackupLayout.ContentOf(entry.Sha256)));
        }
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => _folder.Restore().RunAsync(None));
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
        // It is not served without restoreFrom either.
        await Assert.ThrowsAsync<InvalidDataException>(
            () => RestoreMark.RequireFinishedAsync(new DirectoryStore(_folder.Restored.Path), None));
    }

    [Fact]
    public async Task A_damaged_manifest_is_not_restored_in_part()
    {
        var made = await BackUpAsync();
        var path = _folder.GetPath(BackupLayout.Manifest(made.Name));
        var bytes = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, bytes[..^9]);
        await Assert.ThrowsAsync<InvalidDataException>(() => _folder.Restore().RunAsync(None));
        Assert.False(Directory.Exists(_folder.Restored.GetPath(StorageLayout.Packages)));
    }

    async Task<BackupSummary> BackUpAsync()
    {
        await _folder.Repository.OpenAsync();
        await _folder.Repository.AddWheelAsync("foo", "1.0");
        await _folder.Repository.AddWheelAsync("foo", "2.0");
        return await _folder.BackUpAsync();
    }

    /// <summary>Changes a byte of a content.</summary>
    async Task ChangeAsync(BackupSummary backup, string part)
    {
        await foreach (var entry in _folder.Catalog.ReadEntriesAsync(backup, None))
        {
            if (!entry.Key.Contains(part, StringComparison.Ordinal))
                continue;
            var path = _folder.GetPath(BackupLayout.ContentOf(entry.Sha256));
            var bytes = await File.ReadAllBytesAsync(path);
            bytes[^1] ^= 1;
            await File.WriteAllBytesAsync(path, bytes);
        }
    }
}
