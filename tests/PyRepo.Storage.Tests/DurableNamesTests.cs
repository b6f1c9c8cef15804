using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Storage.Tests;

public sealed class DurableNamesTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_name_that_was_made_before_a_flush_failed_is_not_durable_because_a_later_one_succeeds()
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
    public async Task A_folder_that_is_gone_is_no_failure_of_the_disk()
    {
        var names = DurableNames.CreateIn(_folder.Path);
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => names.FlushFolderAsync(_folder["gone"], 0));
        Assert.Equal(0, names.Failures);
    }
}
