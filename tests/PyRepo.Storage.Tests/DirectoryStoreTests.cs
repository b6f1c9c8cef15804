using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Storage.Tests;

public sealed class DirectoryStoreTests : StoreContract
{
    readonly TemporaryFolder _folder = new();

    public DirectoryStoreTests() => Store = new DirectoryStore(_folder.Path);

    protected override IStore Store { get; }

    [Fact]
    public async Task Bytes_that_a_killed_process_had_staged_are_removed_by_the_next()
    {
        Directory.CreateDirectory(_folder[".staging"]);
        File.WriteAllText(_folder[".staging/half"], "half");
        await new DirectoryStore(_folder.Path).RemoveLeftoversAsync(default, CancellationToken.None);
        Assert.False(Directory.Exists(_folder[".staging"]));
    }

    [Fact]
    public async Task The_first_writes_of_a_new_store_may_come_at_once()
    {
        for (var round = 0; round < 100; round++)
        {
            var store = new DirectoryStore(_folder[$"new/{round}"]);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
            {
                await using var staged = await store.StageAsync($"a/{writer}", null, CancellationToken.None);
                await store.CommitAsync(staged, $"a/{writer}", WriteCondition.Absent, CancellationToken.None);
            })));
        }
        Directory.Delete(_folder["new"], recursive: true);
    }

    [Fact]
    public async Task Undeletable_staged_bytes_are_reported_and_change_no_response()
    {
        await using (var staged = await Store.StageAsync("a/b", null, CancellationToken.None))
        {
            await staged.AppendAsync("bytes"u8.ToArray(), CancellationToken.None);
            var path = Assert.Single(Directory.GetFiles(_folder[".staging"]));
            File.Delete(path);
            // A folder is what nobody can delete as a file, not even root.
            Directory.CreateDirectory(path);
        }
        Assert.Equal("a/b", Store.Failures?.Last?.Key);
        Directory.Delete(_folder[".staging"], recursive: true);
    }

    [Fact]
    public async Task A_folder_that_is_not_empty_is_not_a_disk_failure()
    {
        foreach (var key in (string[])["a/b/c", "a/d"])
            await Store.AppendAsync(key, "x"u8.ToArray(), WriteCondition.Absent, CancellationToken.None);
        Assert.True(await Store.DeleteAsync("a/b/c", CancellationToken.None));
        Assert.False(Directory.Exists(_folder["a/b"]));
        Assert.Null(Store.Failures?.Last);
        await Store.DeleteAsync("a/d", CancellationToken.None);
    }

    [Fact]
    public async Task Bytes_are_overwritten_in_place_without_extending_the_file()
    {
        await Store.AppendAsync("a/b", "0123456789"u8.ToArray(), WriteCondition.Absent, CancellationToken.None);
        Assert.True(await Store.TryOverwriteAsync("a/b", 7, "xyz"u8.ToArray(), CancellationToken.None));
        Assert.False(await Store.TryOverwriteAsync("a/b", 8, "xyz"u8.ToArray(), CancellationToken.None));
        Assert.False(await Store.TryOverwriteAsync("a/c", 0, "x"u8.ToArray(), CancellationToken.None));
        Assert.Equal("0123456xyz", File.ReadAllText(_folder["a/b"]));
        await Store.DeleteAsync("a/b", CancellationToken.None);
    }

    [Fact]
    public void Only_one_process_has_the_lock_and_others_can_identify_it()
    {
        using (var directoryLock = DirectoryLock.TryTake(_folder.Path))
        {
            Assert.NotNull(directoryLock);
            Assert.Null(DirectoryLock.TryTake(_folder.Path));
            Assert.Equal(Environment.ProcessId, DirectoryLock.GetHolder(_folder.Path));
        }
        using var again = DirectoryLock.TryTake(_folder.Path);
        Assert.NotNull(again);
        again.Dispose();
        File.Delete(_folder[".lock"]);
    }

    [Fact]
    public void The_next_holder_of_the_lock_learns_whether_the_last_one_released_it()
    {
        using (var first = DirectoryLock.TryTake(_folder.Path))
            Assert.True(first!.WasReleased);
        using (var second = DirectoryLock.TryTake(_folder.Path))
            Assert.True(second!.WasReleased);
        File.WriteAllText(_folder[".lock-holder"], "4711");
        using (var afterKill = DirectoryLock.TryTake(_folder.Path))
            Assert.False(afterKill!.WasReleased);
        File.Delete(_folder[".lock"]);
    }

    protected override void AssertNothingIsLeft() =>
        Assert.All(Directory.GetFileSystemEntries(_folder.Path), entry =>
        {
            Assert.Equal(".staging", Path.GetFileName(entry));
            Assert.Empty(Directory.GetFileSystemEntries(entry));
        });

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
