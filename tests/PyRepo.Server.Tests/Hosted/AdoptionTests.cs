using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Hosted.AdoptionFolder;

namespace PyRepo.Server.Tests.Hosted;

public sealed class AdoptionTests : IDisposable
{
    readonly AdoptionFolder _adoption = new();

    public void Dispose() => _adoption.Dispose();

    [Fact]
    public async Task An_old_file_is_adopted_in_the_first_scan()
    {
        await _adoption.OpenAsync();
        _adoption.Put();
        await _adoption.LookAsync();
        var file = Assert.Single((await _adoption.Folder.SnapshotAsync("foo")).Visible);
        Assert.Equal(Name, file.Name.FileName);
        Assert.Equal(">=3.8", file.RequiresPython);
        Assert.NotNull(file.CoreMetadata);
        Assert.Equal(file.FileTime, file.UploadedAt);
        Assert.Equal(Wheel, await _adoption.Folder.ReadAsync("foo", Name));
        Assert.Empty(_adoption.Refused);
    }

    [Fact]
    public async Task An_old_wheel_that_an_upload_could_not_bring_is_adopted()
    {
        await _adoption.OpenAsync();
        _adoption.Put(WheelFile.Make("foo", "1.0", record: ""));
        await _adoption.LookAsync();
        Assert.Equal([Name], await _adoption.Folder.FilesAsync("foo"));
    }

    [Fact]
    public async Task Variant_wheels_and_the_list_of_them_are_adopted()
    {
        const string list = "foo-1.0-variants.json";
        const string variant = "foo-1.0-py3-none-any-x86_64_v3.whl";
        await _adoption.OpenAsync();
        _adoption.Folder.Put($"packages/{variant}", Wheel);
        _adoption.Folder.Put($"packages/{list}", """{ "variants": { "x86_64_v3": {} } }"""u8.ToArray());
        _adoption.Folder.Put("packages/foo-2.0-variants.json", "{}"u8.ToArray());
        await _adoption.LookAsync();
        Assert.Equal([variant, list], (await _adoption.Folder.FilesAsync("foo")).Order(StringComparer.Ordinal));
        Assert.Contains(
            "is not a JSON object with an object", Assert.Single(_adoption.Refused).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_flushed_before_the_record_names_it()
    {
        await _adoption.OpenAsync();
        var order = new List<string>();
        _adoption.Folder.Store.BeforeFlush = () => order.Add("flush");
        _adoption.Folder.Store.BeforeAppend = _ => order.Add("record");
        _adoption.Put();
        await _adoption.LookAsync();
        await _adoption.LookAsync();
        Assert.Equal(["flush", "record"], order);
    }

    [Fact]
    public async Task A_file_that_cannot_be_flushed_is_not_adopted_until_it_can()
    {
        await _adoption.OpenAsync();
        _adoption.Folder.Store.BeforeFlush = () => throw new IOException("the disk does not answer");
        _adoption.Put();
        await _adoption.LookAsync();
        await _adoption.AssertClaimedAsync();
        Assert.Equal("the disk does not answer", Assert.Single(_adoption.Refused).Value);
        _adoption.Folder.Store.BeforeFlush = () => { };
        await _adoption.LookAsync();
        Assert.Equal([Name], await _adoption.Folder.FilesAsync("foo"));
        Assert.Empty(_adoption.Refused);
    }

    [Theory]
    [InlineData("packages/")]
    [InlineData("packages/foo/")]
    [InlineData("packages/a/deep/folder/of/old/")]
    public async Task A_file_is_adopted_in_any_folder_and_stays_there(string folder)
    {
        await _adoption.OpenAsync();
        var path = _adoption.Folder.Put(folder + Name, Wheel);
        await _adoption.LookAsync();
        Assert.Equal([Name], await _adoption.Folder.FilesAsync("foo"));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task A_new_file_is_adopted_once_it_is_unchanged_between_two_scans()
    {
        await _adoption.OpenAsync();
        _adoption.Folder.Put($"packages/{Name}", Wheel, TimeSpan.FromSeconds(3));
        await _adoption.LookAsync();
        await _adoption.AssertClaimedAsync();
        await _adoption.LookAsync();
        Assert.Equal([Name], await _adoption.Folder.FilesAsync("foo"));
    }

    [Fact]
    public async Task A_file_whose_time_is_ten_years_ahead_is_adopted_once_it_is_unchanged_between_two_scans()
    {
        await _adoption.OpenAsync();
        _adoption.Put(age: TimeSpan.FromDays(-3650));
        await _adoption.LookAsync();
        await _adoption.AssertClaimedAsync();
        await _adoption.LookAsync();
        Assert.Equal([Name], await _adoption.Folder.FilesAsync("foo"));
    }

    [Fact]
    public async Task A_file_that_arrives_later_needs_two_scans_even_if_its_time_is_old()
    {
        await _adoption.OpenAsync();
        await _adoption.LookAsync();
        _adoption.Put();
        await _adoption.LookAsync();
        await _adoption.AssertClaimedAsync();
        await _adoption.LookAsync();
        Assert.Equal([Name], await _adoption.Folder.FilesAsync("foo"));
    }

    [Fact]
    public async Task A_file_that_is_being_copied_waits_until_it_is_complete()
    {
        await _adoption.OpenAsync();
        for (var length = 10; length < Wheel.Length; length += 100)
        {
            _adoption.Folder.Put($"packages/{Name}", Wheel[..length], TimeSpan.FromSeconds(1));
            await _adoption.LookAsync();
        }
        await _adoption.AssertClaimedAsync();
        _adoption.Put();
        await _adoption.LookAsync();
        await _adoption.LookAsync();
        Assert.Equal(Wheel, await _adoption.Folder.ReadAsync("foo", Name));
    }

    [Fact]
    public async Task An_incomplete_file_that_does_not_change_is_rejected_until_the_rest_arrives()
    {
        await _adoption.OpenAsync();
        _adoption.Put(bytes: Wheel[..^30]);
        await _adoption.LookAsync();
        await _adoption.AssertClaimedAsync();
        Assert.Equal($"packages/{Name}", Assert.Single(_adoption.Refused).Key);
        _adoption.Put(age: TimeSpan.FromMinutes(2));
        await _adoption.LookAsync();
        await _adoption.LookAsync();
        Assert.Equal([Name], await _adoption.Folder.FilesAsync("foo"));
        Assert.Empty(_adoption.Refused);
    }

    [Theory]
    [InlineData("notes.txt", "is not the name of a distribution")]
    [InlineData("foo-1.0.tar.gz", "")]
    public async Task A_file_that_is_not_a_distribution_is_rejected_with_a_reason_until_it_is_removed(
        string name, string reason)
    {
        await _adoption.OpenAsync();
        var path = _adoption.Folder.Put($"packages/{name}", "nonsense"u8.ToArray());
        await _adoption.LookAsync();
        await _adoption.LookAsync();
        Assert.Contains(reason, Assert.Single(_adoption.Refused).Value, StringComparison.Ordinal);
        File.Delete(path);
        await _adoption.LookAsync();
        Assert.Empty(_adoption.Refused);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_reported_and_later_ones_are_still_adopted()
    {
        await _adoption.OpenAsync();
        var link = _adoption.Folder.Put("packages/aaa-1.0.tar.gz", []);
        File.Delete(link);
        File.CreateSymbolicLink(link, link);
        _adoption.Put();
        await _adoption.LookAsync();
        await _adoption.LookAsync();
        Assert.Equal([Name], await _adoption.Folder.FilesAsync("foo"));
        Assert.Equal("packages/aaa-1.0.tar.gz", Assert.Single(_adoption.Refused).Key);
        File.Delete(link);
        await _adoption.LookAsync();
        Assert.Empty(_adoption.Refused);
    }

    [Theory]
    [InlineData("a\\b.whl", "packages/a\\b.whl")]
    [InlineData("a\u001b[2Jb.whl", "packages/a\ufffd[2Jb.whl")]
    public async Task A_file_name_with_a_backslash_or_a_control_character_does_not_end_adoption(
        string name, string reported)
    {
        await _adoption.OpenAsync();
        var path = _adoption.Folder.Put($"packages/{name}", [1]);
        _adoption.Put();
        await _adoption.LookAsync();
        await _adoption.LookAsync();
        Assert.Equal([Name], await _adoption.Folder.FilesAsync("foo"));
        Assert.Equal(reported, Assert.Single(_adoption.Refused).Key);
        File.Delete(path);
        await _adoption.LookAsync();
        Assert.Empty(_adoption.Refused);
    }

    [Fact]
    public async Task A_link_in_the_folder_is_reported_and_neither_followed_nor_adopted()
    {
        await _adoption.OpenAsync();
        _adoption.Put();
        File.CreateSymbolicLink(_adoption.Folder.GetPath("packages/one"), ".");
        File.CreateSymbolicLink(_adoption.Folder.GetPath("packages/two"), ".");
        File.CreateSymbolicLink(_adoption.Folder.GetPath($"packages/{WheelFile.GetName("foo", "2.0")}"), Name);
        await _adoption.LookAsync();
        Assert.Equal([Name], await _adoption.Folder.FilesAsync("foo"));
        Assert.Equal(3, _adoption.Refused.Count);
        Assert.All(_adoption.Refused.Values, why => Assert.Contains("symbolic link", why, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_taken_away_from_a_project_whose_record_is_damaged_does_not_keep_others_listed()
    {
        await _adoption.OpenAsync();
        var bar = _adoption.Folder.Put($"packages/{WheelFile.GetName("bar", "1.0")}", WheelFile.Make("bar", "1.0"));
        var foo = _adoption.Put();
        await _adoption.LookAsync();
        await File.AppendAllTextAsync(
            _adoption.Folder.GetPath(StorageLayout.Record(ProjectName.Parse("bar"))), "nonsense\n");
        Assert.True(_adoption.Folder.Repository.Records.Find(ProjectName.Parse("bar"))!.TryEvict());
        File.Delete(bar);
        File.Delete(foo);
        await _adoption.LookAsync();
        await _adoption.LookAsync();
        Assert.Empty((await _adoption.Folder.SnapshotAsync("foo")).Visible);
        Assert.StartsWith("packages/bar", Assert.Single(_adoption.Refused).Key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_whose_projects_record_is_damaged_is_retried_and_does_not_block_others()
    {
        await _adoption.OpenAsync();
        await _adoption.Folder.AddWheelAsync("bar", "1.0");
        var record = _adoption.Folder.GetPath(StorageLayout.Record(ProjectName.Parse("bar")));
        var whole = await File.ReadAllTextAsync(record);
        await File.WriteAllTextAsync(record, "nonsense\n");
        await _adoption.OpenAsync();
        _adoption.Folder.Put($"packages/{WheelFile.GetName("bar", "2.0")}", WheelFile.Make("bar", "2.0"));
        _adoption.Put();
        await _adoption.LookAsync();
        Assert.Equal([Name], await _adoption.Folder.FilesAsync("foo"));
        Assert.Contains("projects/bar.jsonl", Assert.Single(_adoption.Refused).Value, StringComparison.Ordinal);

        await File.WriteAllTextAsync(record, whole);
        await _adoption.LookAsync();
        Assert.Equal(2, (await _adoption.Folder.FilesAsync("bar")).Count);
        Assert.Empty(_adoption.Refused);
    }

    [Fact]
    public async Task A_second_copy_of_a_file_changes_nothing()
    {
        await _adoption.OpenAsync();
        _adoption.Put();
        _adoption.Folder.Put($"packages/zz/{Name}", Wheel);
        await _adoption.LookAsync();
        Assert.Single(await _adoption.Folder.FilesAsync("foo"));
        Assert.Equal("1", (await _adoption.Folder.SnapshotAsync("foo")).Version);
        Assert.Empty(_adoption.Refused);
    }

    [Fact]
    public async Task Files_written_by_the_server_are_never_adopted_or_considered_gone()
    {
        await _adoption.OpenAsync();
        await _adoption.Folder.AddWheelAsync("foo", "1.0");
        await _adoption.Folder.Repository.Files.DeleteAsync(ProjectName.Parse("foo"), Name, "bob");
        var id = BlobId.New(_adoption.Folder.Clock.GetUtcNow());
        _adoption.Folder.Put(StorageLayout.Bytes(ProjectName.Parse("foo"), id, Name), Wheel);
        await _adoption.LookAsync();
        await _adoption.LookAsync();
        Assert.Empty(await _adoption.Folder.FilesAsync("foo"));
        Assert.Empty(_adoption.Refused);
    }
}
