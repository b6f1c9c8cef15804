using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Hosted;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Hosted;
using PyRepo.Server.Tests.Content.Records;
using PyRepo.Storage;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Hosted;

public sealed class HostedRepositoryTests : IDisposable
{
    const string Sdist = "foo-1.0.tar.gz";
    static readonly ProjectName _foo = ProjectName.Parse("foo");
    readonly HostedFolder _folder = new();

    static CancellationToken None => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Before_it_is_open_it_reports_unavailable_and_never_an_empty_result()
    {
        var repository = _folder.Repository;
        Assert.IsType<ProjectListAnswer.Unavailable>(await repository.ListProjectsAsync(None));
        Assert.IsType<ProjectAnswer.Unavailable>(await repository.GetProjectAsync(_foo, null, None));
        Assert.IsType<OpenAnswer.Unavailable>(
            await repository.OpenAsync(new FileRequest(_foo, Sdist, null, FileContentKind.Bytes), None));
        await repository.OpenAsync(None);
        Assert.Null(repository.UnavailableSince);
        Assert.IsType<ProjectAnswer.NotKnown>(await repository.GetProjectAsync(_foo, null, None));
    }

    [Fact]
    public async Task An_uploaded_file_is_listed_and_can_be_read_now_and_after_a_restart()
    {
        await _folder.OpenAsync();
        Assert.IsType<DuplicateDecision.Add>(await _folder.AddAsync(Sdist, "bytes"u8.ToArray()));
        for (var start = 0; start < 2; start++)
        {
            var file = Assert.Single((await _folder.SnapshotAsync("foo")).Visible);
            Assert.Equal((Sdist, 5, ">=3.8"), (file.Name.FileName, file.Size, file.RequiresPython));
            Assert.Equal(_folder.Clock.GetUtcNow(), file.UploadedAt);
            Assert.Equal("bytes"u8.ToArray(), await _folder.ReadAsync("foo", Sdist, file.Sha256?.Prefix16));
            var names = Assert.IsType<ProjectListAnswer.Known>(await _folder.Repository.ListProjectsAsync(None));
            Assert.Equal([_foo], names.Projects.AsEnumerable());
            await _folder.OpenAsync();
        }
    }

    [Fact]
    public async Task A_replaced_file_is_served_where_the_disk_is_too_full_to_remove_the_one_before()
    {
        await _folder.OpenAsync(Overwrite.Always);
        await _folder.AddAsync(Sdist, "bytes"u8.ToArray());
        _folder.Store.BeforeDelete = _ => throw new StoreFullException("The disk is full.");
        await Assert.ThrowsAsync<StoreFullException>(() => _folder.AddAsync(Sdist, "others"u8.ToArray()));
        _folder.Store.BeforeDelete = _ => { };
        Assert.Equal("others"u8.ToArray(), await _folder.ReadAsync("foo", Sdist));
    }

    [Fact]
    public async Task Uploading_the_same_bytes_again_changes_nothing_and_leaves_nothing_behind()
    {
        await _folder.OpenAsync();
        await _folder.AddAsync(Sdist, "bytes"u8.ToArray());
        var before = await _folder.SnapshotAsync("foo");
        Assert.IsType<DuplicateDecision.Same>(await _folder.AddAsync(Sdist, "bytes"u8.ToArray()));
        Assert.Equal(before.Version, (await _folder.SnapshotAsync("foo")).Version);
        Assert.Single(await _folder.PackagesAsync());
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("short")]
    [InlineData("wrong")]
    public async Task Uploading_the_same_bytes_again_repairs_a_damaged_file(string damage)
    {
        await _folder.OpenAsync();
        await _folder.AddAsync(Sdist, "bytes"u8.ToArray());
        await _folder.Repository.Records.GetOrCreate(_foo).ChangeAsync(
            _ => new Change<bool>(true, [Events.From(ProjectEventKind.Yanked, Sdist)]));
        var before = Assert.Single((await _folder.SnapshotAsync("foo")).Visible);
        Damage(_folder.GetPath(before.Location), damage);
        // As the next process, which has not verified the bytes yet.
        await _folder.OpenAsync();
        Assert.IsType<DuplicateDecision.Add>(await _folder.AddAsync("Foo-1.0.tar.gz", "bytes"u8.ToArray()));
        var after = Assert.Single((await _folder.SnapshotAsync("foo")).Visible);
        Assert.Equal((Sdist, before.UploadedAt, before.Yanked), (after.Name.FileName, after.UploadedAt, after.Yanked));
        Assert.Equal("bytes"u8.ToArray(), await _folder.ReadAsync("foo", Sdist, before.Sha256?.Prefix16));
        Assert.Equal([after.Location], await _folder.PackagesAsync());
    }

    [Fact]
    public async Task A_file_that_is_shorter_than_its_record_is_not_found()
    {
        await _folder.OpenAsync();
        await _folder.AddAsync(Sdist, "bytes"u8.ToArray());
        Damage(_folder.GetPath(Assert.Single((await _folder.SnapshotAsync("foo")).Visible).Location), "short");
        Assert.Null(await _folder.ReadAsync("foo", Sdist));
    }

    [Fact]
    public async Task A_damaged_file_that_is_restored_as_it_was_is_served_again_after_a_minute()
    {
        await _folder.OpenAsync();
        await _folder.AddAsync(Sdist, "bytes"u8.ToArray());
        await _folder.OpenAsync();
        var file = Assert.Single((await _folder.SnapshotAsync("foo")).Visible);
        var path = _folder.GetPath(file.Location);
        var time = File.GetLastWriteTimeUtc(path);
        Damage(path, "wrong");
        File.SetLastWriteTimeUtc(path, time);
        Assert.False(await _folder.Repository.Files.VerifyAsync(file, None));
        Assert.Null(await _folder.ReadAsync("foo", Sdist));
        Assert.Equal([file.Location], _folder.Repository.Files.Verifier.Damaged);

        await File.WriteAllTextAsync(path, "bytes");
        File.SetLastWriteTimeUtc(path, time);
        _folder.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("bytes"u8.ToArray(), await _folder.ReadAsync("foo", Sdist));
        Assert.Empty(_folder.Repository.Files.Verifier.Damaged);
    }

    static void Damage(string path, string damage)
    {
        switch (damage)
        {
            case "missing":
                File.Delete(path);
                break;
            case "short":
                File.WriteAllText(path, "byt");
                break;
            default:
                File.WriteAllText(path, "b_tes");
                break;
        }
    }

    [Fact]
    public async Task Other_bytes_are_rejected_and_not_stored()
    {
        await _folder.OpenAsync();
        await _folder.AddAsync(Sdist, "bytes"u8.ToArray());
        Assert.IsType<DuplicateDecision.Reject>(await _folder.AddAsync(Sdist, "other"u8.ToArray()));
        Assert.Equal("bytes"u8.ToArray(), await _folder.ReadAsync("foo", Sdist));
        Assert.Single(await _folder.PackagesAsync());
    }

    [Fact]
    public async Task With_overwrite_other_bytes_replace_the_file_and_the_old_ones_are_removed()
    {
        await _folder.OpenAsync(Overwrite.Always);
        await _folder.AddAsync(Sdist, "old"u8.ToArray());
        var old = Assert.Single((await _folder.SnapshotAsync("foo")).Visible);
        Assert.IsType<DuplicateDecision.Add>(await _folder.AddAsync(Sdist, "new"u8.ToArray()));
        Assert.Equal("new"u8.ToArray(), await _folder.ReadAsync("foo", Sdist));
        Assert.Null(await _folder.ReadAsync("foo", Sdist, old.Sha256?.Prefix16));
        Assert.Single(await _folder.PackagesAsync());
    }

    [Fact]
    public async Task Many_uploads_of_one_name_at_once_have_one_winner()
    {
        await _folder.OpenAsync();
        var decisions = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Task.Run(() => _folder.AddAsync(Sdist, [(byte)i]))));
        Assert.Single(decisions, decision => decision is DuplicateDecision.Add);
        Assert.Equal(19, decisions.Count(decision => decision is DuplicateDecision.Reject));
        Assert.Single(await _folder.PackagesAsync());
        Assert.Single((await _folder.ReadAsync("foo", Sdist))!);
    }

    [Fact]
    public async Task A_deleted_file_is_gone_with_its_bytes_and_its_project_stays_known()
    {
        await _folder.OpenAsync();
        await _folder.AddAsync(Sdist, "bytes"u8.ToArray());
        Assert.True(await _folder.Repository.Files.DeleteAsync(_foo, Sdist, "bob"));
        Assert.False(await _folder.Repository.Files.DeleteAsync(_foo, Sdist, "bob"));
        Assert.Null(await _folder.ReadAsync("foo", Sdist));
        Assert.Empty(await _folder.PackagesAsync());
        Assert.Empty(await _folder.FilesAsync("foo"));
        Assert.IsType<DuplicateDecision.Reject>(await _folder.AddAsync(Sdist, "other"u8.ToArray()));
        Assert.IsType<DuplicateDecision.Add>(await _folder.AddAsync(Sdist, "bytes"u8.ToArray()));
        Assert.Equal([Sdist], await _folder.FilesAsync("foo"));
    }

    [Fact]
    public async Task Deleting_from_a_missing_project_deletes_nothing()
    {
        await _folder.OpenAsync();
        Assert.False(await _folder.Repository.Files.DeleteAsync(_foo, Sdist, "bob"));
        Assert.IsType<ProjectAnswer.NotKnown>(await _folder.Repository.GetProjectAsync(_foo, null, None));
    }

    [Fact]
    public async Task The_outcome_of_an_upload_is_predicted_before_its_bytes_arrive()
    {
        await _folder.OpenAsync();
        await _folder.AddAsync(Sdist, "bytes"u8.ToArray());
        Assert.True(Packaging.FileNames.DistributionFileName.TryParse(Sdist, _foo, out var name));
        async Task<DuplicateDecision> Foresee(string content) =>
            await _folder.Repository.Files.ForeseeAsync(name, Events.GetHash(content), None);
        Assert.IsType<DuplicateDecision.Same>(await Foresee("bytes"));
        Assert.IsType<DuplicateDecision.Reject>(await Foresee("other"));
    }

    [Fact]
    public async Task Opening_rejects_another_hash_another_name_and_another_project()
    {
        await _folder.OpenAsync();
        await _folder.AddAsync(Sdist, "bytes"u8.ToArray());
        Assert.Null(await _folder.ReadAsync("foo", Sdist, "0123456789abcdef"));
        Assert.Null(await _folder.ReadAsync("foo", "Foo-1.0.tar.gz"));
        Assert.Null(await _folder.ReadAsync("bar", Sdist));
        Assert.Null(await _folder.ReadAsync("foo", Sdist, form: FileContentKind.Metadata));
    }

    [Fact]
    public async Task Opening_rejects_all_files_of_a_quarantined_project()
    {
        await _folder.OpenAsync();
        await _folder.AddAsync(Sdist, "bytes"u8.ToArray());
        await _folder.Repository.Records.GetOrCreate(_foo).ChangeAsync(
            _ => new Change<bool>(true, [Events.StatusIs("quarantined")]));
        Assert.Null(await _folder.ReadAsync("foo", Sdist));
    }

    [Fact]
    public async Task Bytes_that_were_removed_from_the_store_are_not_found_and_break_nothing()
    {
        await _folder.OpenAsync();
        await _folder.AddAsync(Sdist, "bytes"u8.ToArray());
        File.Delete(_folder.GetPath(Assert.Single(await _folder.PackagesAsync())));
        var answer =
            await _folder.Repository.OpenAsync(new FileRequest(_foo, Sdist, null, FileContentKind.Bytes), None);
        Assert.Contains("were removed", Assert.IsType<OpenAnswer.NotFound>(answer).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_replaced_since_its_page_was_read_is_looked_up_again_and_is_not_damaged()
    {
        await _folder.OpenAsync(Overwrite.Always);
        await _folder.AddAsync(Sdist, "bytes"u8.ToArray());
        var page = new ProjectAnswer.Known(await _folder.SnapshotAsync("foo"));
        await _folder.AddAsync(Sdist, "others"u8.ToArray());
        var request = new FileRequest(_foo, Sdist, null, FileContentKind.Bytes) { Answer = page };
        await using (var content = Assert.IsType<OpenAnswer.Found>(
            await _folder.Repository.OpenAsync(request, None)).Content)
        {
            Assert.Equal($"\"{Events.GetHash("others")}\"", content.ETag);
        }
        var answer = await _folder.Repository.OpenAsync(
            request with { HashPrefix = Events.GetHash("bytes").Prefix16 }, None);
        Assert.Contains("other bytes", Assert.IsType<OpenAnswer.NotFound>(answer).Reason, StringComparison.Ordinal);
        Assert.Empty(_folder.Repository.Files.Verifier.Damaged);
    }

    [Fact]
    public async Task The_metadata_of_a_wheel_comes_from_it_and_has_the_hash_on_the_page()
    {
        await _folder.OpenAsync();
        await _folder.AddWheelAsync("foo", "1.0");
        var file = Assert.Single((await _folder.SnapshotAsync("foo")).Visible);
        for (var time = 0; time < 2; time++)
        {
            var metadata =
                await _folder.ReadAsync("foo", file.Name.FileName, file.Sha256?.Prefix16, FileContentKind.Metadata);
            Assert.Equal(WheelFile.GetMetadata("foo", "1.0"), System.Text.Encoding.UTF8.GetString(metadata!));
            Assert.Equal(file.CoreMetadata, Sha256Digest.HashData(metadata));
        }
    }

    [Fact]
    public async Task Metadata_with_a_different_hash_than_on_the_page_is_not_served()
    {
        await _folder.OpenAsync();
        await _folder.AddAsync(
            WheelFile.GetName("foo", "1.0"), WheelFile.Make("foo", "1.0"), Events.GetHash("something else"));
        Assert.Null(await _folder.ReadAsync("foo", WheelFile.GetName("foo", "1.0"), form: FileContentKind.Metadata));
    }

    [Fact]
    public async Task Content_reports_its_length_hash_and_age()
    {
        await _folder.OpenAsync();
        await _folder.AddAsync(Sdist, "bytes"u8.ToArray());
        var answer =
            await _folder.Repository.OpenAsync(new FileRequest(_foo, Sdist, null, FileContentKind.Bytes), None);
        await using var content = Assert.IsType<OpenAnswer.Found>(answer).Content;
        Assert.Equal((5, $"\"{Events.GetHash("bytes")}\""), (content.Length, content.ETag));
        Assert.Equal(_folder.Clock.GetUtcNow(), content.LastModified);
        Assert.NotNull(content.LocalFile);
        await using var stream = await content.OpenStreamAsync(3, None);
        Assert.Equal("es", await new StreamReader(stream).ReadToEndAsync());
    }

    [Fact]
    public async Task A_damaged_record_makes_only_its_own_project_fail()
    {
        await _folder.OpenAsync();
        await _folder.AddAsync(Sdist, "bytes"u8.ToArray());
        await _folder.AddAsync("bar-1.0.tar.gz", "bytes"u8.ToArray());
        await File.AppendAllTextAsync(_folder.GetPath(StorageLayout.Record(_foo)), "nonsense\n");
        await _folder.OpenAsync();
        await Assert.ThrowsAsync<InvalidDataException>(() => _folder.SnapshotAsync("foo"));
        Assert.Single(await _folder.FilesAsync("bar"));
    }
}
