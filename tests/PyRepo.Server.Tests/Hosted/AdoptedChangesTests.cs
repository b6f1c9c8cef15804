using PyRepo.Packaging.Names;
using PyRepo.Resources.Hosted;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Hosted.AdoptionFolder;

namespace PyRepo.Server.Tests.Hosted;

public sealed class AdoptedChangesTests : IDisposable
{
    readonly AdoptionFolder _adoption = new();

    public void Dispose() => _adoption.Dispose();

    [Fact]
    public async Task A_file_that_is_removed_is_no_longer_listed_until_it_returns()
    {
        await _adoption.OpenAsync();
        var path = _adoption.Put();
        await _adoption.LookAsync();
        File.Delete(path);
        await _adoption.LookAsync();
        Assert.Empty(await _adoption.Folder.FilesAsync("foo"));
        _adoption.Put();
        await _adoption.LookAsync();
        await _adoption.LookAsync();
        Assert.Equal([Name], await _adoption.Folder.FilesAsync("foo"));
    }

    [Fact]
    public async Task A_file_that_was_removed_while_no_server_ran_is_detected_at_the_next_start()
    {
        await _adoption.OpenAsync();
        var path = _adoption.Put();
        await _adoption.LookAsync();
        File.Delete(path);
        await _adoption.OpenAsync();
        await _adoption.LookAsync();
        Assert.Empty(await _adoption.Folder.FilesAsync("foo"));
    }

    [Fact]
    public async Task A_file_that_was_changed_while_no_server_ran_is_detected_at_the_next_start()
    {
        await _adoption.OpenAsync();
        _adoption.Put();
        await _adoption.LookAsync();
        _adoption.Put(bytes: WheelFile.Make("foo", "1.0", "changed"), age: TimeSpan.FromMinutes(2));
        await _adoption.OpenAsync();
        await _adoption.LookAsync();
        Assert.Empty(await _adoption.Folder.FilesAsync("foo"));
    }

    [Fact]
    public async Task A_file_that_was_changed_is_not_served_and_no_longer_listed()
    {
        await _adoption.OpenAsync();
        _adoption.Put();
        await _adoption.LookAsync();
        _adoption.Put(bytes: WheelFile.Make("foo", "1.0", "changed"), age: TimeSpan.FromMinutes(2));
        Assert.Null(await _adoption.Folder.ReadAsync("foo", Name));
        await _adoption.LookAsync();
        await _adoption.LookAsync();
        Assert.Empty(await _adoption.Folder.FilesAsync("foo"));
        Assert.Contains("File already exists", Assert.Single(_adoption.Refused).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_changed_replaces_itself_where_overwriting_is_allowed()
    {
        await _adoption.OpenAsync(Overwrite.Always);
        _adoption.Put();
        await _adoption.LookAsync();
        var changed = WheelFile.Make("foo", "1.0", "changed");
        _adoption.Put(bytes: changed, age: TimeSpan.FromMinutes(2));
        // A request between the change and its adoption finds bytes that are not the record's.
        Assert.Null(await _adoption.Folder.ReadAsync("foo", Name));
        await _adoption.LookAsync();
        await _adoption.LookAsync();
        Assert.Equal(changed, await _adoption.Folder.ReadAsync("foo", Name));
    }

    [Fact]
    public async Task A_file_that_was_only_touched_is_served_all_the_time()
    {
        await _adoption.OpenAsync();
        _adoption.Put();
        await _adoption.LookAsync();
        var before = Assert.Single((await _adoption.Folder.SnapshotAsync("foo")).Visible);
        _adoption.Put(age: TimeSpan.FromMinutes(2));
        Assert.Equal(Wheel, await _adoption.Folder.ReadAsync("foo", Name));
        await _adoption.LookAsync();
        await _adoption.LookAsync();
        Assert.Equal(Wheel, await _adoption.Folder.ReadAsync("foo", Name));
        Assert.Equal(
            before.UploadedAt, Assert.Single((await _adoption.Folder.SnapshotAsync("foo")).Visible).UploadedAt);
    }

    [Fact]
    public async Task A_file_that_was_deleted_through_the_server_is_not_adopted_again()
    {
        await _adoption.OpenAsync();
        _adoption.Put();
        await _adoption.LookAsync();
        await _adoption.Folder.Repository.Files.DeleteAsync(ProjectName.Parse("foo"), Name, "bob");
        await _adoption.LookAsync();
        _adoption.Put();
        await _adoption.LookAsync();
        await _adoption.LookAsync();
        Assert.Empty(await _adoption.Folder.FilesAsync("foo"));
        Assert.Contains("was deleted on", Assert.Single(_adoption.Refused).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repeated_scans_of_the_same_files_write_nothing()
    {
        await _adoption.OpenAsync();
        _adoption.Put();
        for (var look = 0; look < 5; look++)
            await _adoption.LookAsync();
        await _adoption.OpenAsync();
        for (var look = 0; look < 5; look++)
            await _adoption.LookAsync();
        Assert.Equal("1", (await _adoption.Folder.SnapshotAsync("foo")).Version);
    }
}
