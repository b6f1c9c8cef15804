using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Storage.Tests;

/// <summary>A store whose folder is removed, moved or replaced while it is open.</summary>
public sealed class DirectoryLockTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly DirectoryLock _lock;
    readonly DirectoryStore _store;

    public DirectoryLockTests()
    {
        _store = new DirectoryStore(_folder["data"]);
        _store.Lock = _lock = DirectoryLock.TryTake(_folder["data"])!;
    }

    static CancellationToken None => CancellationToken.None;

    public void Dispose()
    {
        _lock.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_missing_folder_is_neither_read_nor_written_nor_recreated()
    {
        await using var staged = await _store.StageAsync(null, null, None);
        Directory.Move(_folder["data"], _folder["away"]);
        await AssertUnavailableAsync(staged);
        Assert.False(Directory.Exists(_folder["data"]));
        Directory.Move(_folder["away"], _folder["data"]);
        await _store.CommitAsync(staged, "a", WriteCondition.None, None);
        Assert.NotNull(await _store.StatAsync("a", None));
    }

    [Fact]
    public async Task A_new_folder_in_its_place_with_its_own_lock_is_not_written_to()
    {
        await using var staged = await _store.StageAsync(null, null, None);
        Directory.Move(_folder["data"], _folder["away"]);
        var other = new DirectoryStore(_folder["data"]);
        using var otherLock = DirectoryLock.TryTake(_folder["data"]);
        Assert.NotNull(otherLock);
        await AssertUnavailableAsync(staged);
        Assert.Null(await other.StatAsync("a", None));
    }

    [Fact]
    public void A_lock_is_not_taken_in_a_folder_that_is_gone() =>
        Assert.Throws<DirectoryNotFoundException>(() => DirectoryLock.TryTake(_folder["gone"]));

    async Task AssertUnavailableAsync(StagedObject staged)
    {
        Assert.False(_lock.IsInPlace);
        await AssertFailsAsync(() => _store.StageAsync(null, null, None).AsTask());
        await AssertFailsAsync(() => _store.CommitAsync(staged, "a", WriteCondition.None, None).AsTask());
        await AssertFailsAsync(() => _store.AppendAsync("a", "x"u8.ToArray(), WriteCondition.None, None).AsTask());
        await AssertFailsAsync(() => _store.DeleteAsync("a", None).AsTask());
        await AssertFailsAsync(() => _store.OpenAsync("a", None).AsTask());
        await AssertFailsAsync(() => _store.StatAsync("a", None).AsTask());
        await AssertFailsAsync(async () =>
        {
            await foreach (var _ in _store.ListAsync("", null, null, None))
            {
            }
        });
    }

    static async Task AssertFailsAsync(Func<Task> action) =>
        await Assert.ThrowsAsync<StoreUnavailableException>(action);
}
