using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Storage.Tests;

public sealed class DurableNamesTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_name_created_before_a_failed_flush_is_not_made_durable_by_a_later_flush()
    {
        var names = DurableNames.CreateIn(_folder.Path);
        var before = names.Failures;
        _folder.Write("made", "before the failure");
        // The kernel flushes nothing there, and says so.
        await Assert.ThrowsAnyAsync<IOException>(() => names.FlushFolderAsync("/proc/self", before));
        await Assert.ThrowsAsync<IOException>(() => names.FlushAsync(_folder["made"], before));
        await names.FlushAsync(_folder["made"], names.Failures);
    }

    [Fact]
    public async Task A_missing_folder_is_not_a_disk_failure()
    {
        var names = DurableNames.CreateIn(_folder.Path);
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => names.FlushFolderAsync(_folder["gone"], 0));
        Assert.Equal(0, names.Failures);
    }
}
