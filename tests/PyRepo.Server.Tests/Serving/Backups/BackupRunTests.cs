using PyRepo.Packaging.Names;
using PyRepo.Resources.Hosted;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Serving.Backups;
using PyRepo.Server.Tests.Hosted;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Backups;

public sealed class BackupRunTests : IDisposable
{
    static readonly string _foo1 = WheelFile.GetName("foo", "1.0");
    readonly BackedUpFolder _folder = new();

    static CancellationToken None => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_restored_backup_has_the_same_projects_bytes_and_history()
    {
        await FillAsync();
        _folder.Repository.Put("tokens/tokens.json", "{}"u8.ToArray());
        _folder.Repository.Put("statistics/2026-01-01/0.json", [8]);
        var made = await _folder.BackUpAsync();
        Assert.Equal((2, 3, 0), (made.Projects, made.Files, made.ProblemCount));
        await RestoreAsync();
        foreach (var project in (string[])["foo", "bar"])
        {
            Assert.Equal(await _folder.Repository.RecordAsync(project), await _folder.Restored.RecordAsync(project));
            Assert.Equal(
                (await _folder.Repository.SnapshotAsync(project)).Version,
                (await _folder.Restored.SnapshotAsync(project)).Version);
        }
        Assert.Equal(
            await _folder.Repository.ReadAsync("foo", _foo1), await _folder.Restored.ReadAsync("foo", _foo1));
        Assert.Equal([8], await File.ReadAllBytesAsync(_folder.Restored.GetPath("statistics/2026-01-01/0.json")));
        Assert.True(File.Exists(_folder.Restored.GetPath("tokens/tokens.json")));
    }

    [Fact]
    public async Task The_next_backup_writes_only_what_is_new_and_each_is_whole()
    {
        await FillAsync();
        var first = await _folder.BackUpAsync();
        var before = _folder.Content().Count();
        var second = await _folder.BackUpAsync();
        Assert.Equal(0, second.Added);
        Assert.Equal(before, _folder.Content().Count());
        await _folder.Repository.AddWheelAsync("foo", "3.0");
        var third = await _folder.BackUpAsync();
        Assert.InRange(third.Added, 1, first.Added - 1);
        Assert.Equal([first.Name, second.Name, third.Name], await _folder.Catalog.ListAsync(None));
        await RestoreAsync(first.Name);
        Assert.Equal(2, (await _folder.Restored.FilesAsync("foo")).Count);
    }

    [Fact]
    public async Task Files_with_the_same_bytes_are_stored_once()
    {
        await _folder.Repository.OpenAsync(Overwrite.Always);
        await _folder.Repository.AddWheelAsync("foo", "1.0", "a");
        await _folder.BackUpAsync();
        var before = _folder.Content().Count();
        await _folder.Repository.AddWheelAsync("foo", "1.0", "b");
        await _folder.Repository.AddWheelAsync("foo", "1.0", "a");
        var second = await _folder.BackUpAsync();
        // The record, and no bytes of a wheel: those of b are gone already, and those of a are there.
        Assert.Equal(before + 1, _folder.Content().Count());
        await RestoreAsync(second.Name);
        Assert.Equal(
            WheelFile.Make("foo", "1.0", "a"), await _folder.Restored.ReadAsync("foo", _foo1));
    }

    [Fact]
    public async Task An_upload_during_the_backup_is_in_it_as_a_whole_or_not_at_all()
    {
        await FillAsync();
        var isUploaded = false;
        _folder.Bucket.BeforeCommit = async key =>
        {
            if (isUploaded || !key.StartsWith(BackupLayout.Content, StringComparison.Ordinal))
                return;
            isUploaded = true;
            await _folder.Repository.AddWheelAsync("bar", "9.0");
            await _folder.Repository.AddWheelAsync("foo", "9.0");
        };
        var made = await _folder.BackUpAsync();
        Assert.Equal(0, made.ProblemCount);
        await RestoreAsync();
        foreach (var project in (string[])["foo", "bar"])
        {
            foreach (var file in await _folder.Restored.FilesAsync(project))
                Assert.NotNull(await _folder.Restored.ReadAsync(project, file));
        }
    }

    [Fact]
    public async Task A_file_that_is_deleted_during_the_backup_is_no_problem()
    {
        await FillAsync();
        var isDeleted = false;
        _folder.Bucket.BeforeCommit = async key =>
        {
            if (isDeleted || !key.StartsWith(BackupLayout.Content, StringComparison.Ordinal))
                return;
            isDeleted = true;
            await _folder.Repository.Repository.Releases.DeleteAsync(ProjectName.Parse("foo"), null, "bob");
        };
        Assert.Equal(0, (await _folder.BackUpAsync()).ProblemCount);
        await RestoreAsync();
        Assert.Empty(await _folder.Restored.FilesAsync("foo"));
    }

    [Fact]
    public async Task What_was_interrupted_is_no_backup_and_its_content_is_used_by_the_next()
    {
        await FillAsync();
        _folder.Bucket.BeforeCommit = key => key.StartsWith(BackupLayout.Backups, StringComparison.Ordinal)
            ? throw new IOException("The bucket is away.") : Task.CompletedTask;
        await Assert.ThrowsAsync<IOException>(() => _folder.BackUpAsync());
        Assert.Empty(await _folder.Catalog.ListAsync(None));
        _folder.Bucket.BeforeCommit = static _ => Task.CompletedTask;
        Assert.Equal(0, (await _folder.BackUpAsync()).Added);
        await RestoreAsync();
        Assert.Equal(2, (await _folder.Restored.FilesAsync("foo")).Count);
    }

    [Fact]
    public async Task Content_that_is_about_to_be_removed_is_written_again()
    {
        await FillAsync();
        _folder.Bucket.BeforeCommit = key => key.StartsWith(BackupLayout.Backups, StringComparison.Ordinal)
            ? throw new IOException("The bucket is away.") : Task.CompletedTask;
        await Assert.ThrowsAsync<IOException>(() => _folder.BackUpAsync());
        _folder.Bucket.BeforeCommit = static _ => Task.CompletedTask;
        _folder.Age(BackupRemoval.KeepUnnamed - TimeSpan.FromMinutes(5));
        Assert.NotEqual(0, (await _folder.BackUpAsync()).Added);
    }

    [Fact]
    public async Task Content_that_somebody_removed_or_cut_off_is_written_again()
    {
        await FillAsync();
        await _folder.BackUpAsync();
        var paths = _folder.Content().Order(StringComparer.Ordinal).ToList();
        File.Delete(paths[0]);
        await File.WriteAllBytesAsync(paths[1], [1]);
        var made = await _folder.BackUpAsync();
        Assert.NotEqual(0, made.Added);
        Assert.Equal(0, (await _folder.VerifyAsync(made)).DamagedCount);
    }

    [Fact]
    public async Task Only_the_newest_are_kept_and_content_that_none_of_them_names_goes_after_a_week()
    {
        await FillAsync();
        await _folder.BackUpAsync();
        await _folder.Repository.Repository.Releases.DeleteAsync(ProjectName.Parse("bar"), null, "bob");
        var second = await _folder.BackUpAsync();
        var third = await _folder.BackUpAsync();
        var before = _folder.Content().Count();
        await _folder.CollectAsync(keep: 2);
        Assert.Equal([second.Name, third.Name], await _folder.Catalog.ListAsync(None));
        Assert.Equal(before, _folder.Content().Count());
        _folder.Age(BackupRemoval.KeepUnnamed);
        _folder.Repository.Clock.Advance(TimeSpan.FromMinutes(1));
        await _folder.CollectAsync(keep: 2);
        // The bytes of bar, and its record as it was before.
        Assert.Equal(before - 2, _folder.Content().Count());
        Assert.Equal(0, (await _folder.VerifyAsync(second)).DamagedCount);
        Assert.Equal(0, (await _folder.VerifyAsync(third)).DamagedCount);
    }

    [Fact]
    public async Task A_damaged_record_is_backed_up_as_it_is_and_not_as_it_was()
    {
        await FillAsync();
        await _folder.BackUpAsync();
        await File.WriteAllTextAsync(_folder.Repository.GetPath("projects/foo.jsonl"), "nonsense\n");
        Assert.Equal(1, (await _folder.BackUpAsync()).ProblemCount);
        Assert.Null(await _folder.Restore().RunAsync(None));
        Assert.Equal("nonsense\n", await File.ReadAllTextAsync(_folder.Restored.GetPath("projects/foo.jsonl")));
    }

    [Fact]
    public async Task What_was_removed_from_the_repository_is_not_in_the_next_backup()
    {
        await FillAsync();
        var tokens = _folder.Repository.Put("tokens/tokens.json", "{}"u8.ToArray());
        await _folder.BackUpAsync();
        File.Delete(tokens);
        await _folder.BackUpAsync();
        await RestoreAsync();
        Assert.False(File.Exists(_folder.Restored.GetPath("tokens/tokens.json")));
    }

    [Fact]
    public async Task A_backup_is_made_although_the_one_before_is_damaged()
    {
        await FillAsync();
        var first = await _folder.BackUpAsync();
        await File.WriteAllBytesAsync(_folder.GetPath(BackupLayout.Manifest(first.Name)), [1, 2, 3]);
        await File.WriteAllBytesAsync(_folder.GetPath(BackupLayout.Summary(first.Name)), [1, 2, 3]);
        var second = await _folder.BackUpAsync();
        Assert.Equal(0, (await _folder.VerifyAsync(second)).DamagedCount);
    }

    [Fact]
    public async Task The_only_good_backup_stays_if_the_newest_cannot_be_read()
    {
        await FillAsync();
        var first = await _folder.BackUpAsync();
        var second = await _folder.BackUpAsync();
        await File.WriteAllBytesAsync(_folder.GetPath(BackupLayout.Manifest(second.Name)), [1, 2, 3]);
        await Assert.ThrowsAsync<InvalidDataException>(() => _folder.CollectAsync(keep: 1));
        Assert.Contains(first.Name, await _folder.Catalog.ListAsync(None));
    }

    [Fact]
    public async Task Nothing_is_removed_while_a_kept_backup_cannot_be_read()
    {
        await FillAsync();
        var first = await _folder.BackUpAsync();
        await _folder.BackUpAsync();
        await File.WriteAllBytesAsync(_folder.GetPath(BackupLayout.Manifest(first.Name)), [1, 2, 3]);
        _folder.Age(2 * BackupRemoval.KeepUnnamed);
        var before = _folder.Content().Count();
        await Assert.ThrowsAsync<InvalidDataException>(() => _folder.CollectAsync(keep: 2));
        Assert.Equal(before, _folder.Content().Count());
    }

    [Fact]
    public async Task A_verification_names_what_is_damaged_or_missing_and_the_next_backup_mends_it()
    {
        await FillAsync();
        var made = await _folder.BackUpAsync();
        var whole = await _folder.VerifyAsync(made);
        Assert.Equal((0, _folder.Content().Count()), (whole.DamagedCount, whole.Objects));
        var (damaged, missing) = (await PathOfAsync(made, "foo-1.0"), await PathOfAsync(made, "foo-2.0"));
        var bytes = await File.ReadAllBytesAsync(damaged);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(damaged, bytes);
        File.Delete(missing);
        var found = await _folder.VerifyAsync(made);
        Assert.Equal(2, found.DamagedCount);
        Assert.All(found.Damaged, key => Assert.Contains("/foo-", key, StringComparison.Ordinal));
        Assert.Equal(
            found.Damaged, (await _folder.Catalog.FindLastVerificationAsync(None))!.Damaged);
        Assert.Equal(0, (await _folder.VerifyAsync(await _folder.BackUpAsync())).DamagedCount);
        Assert.Equal(0, (await _folder.VerifyAsync(made)).DamagedCount);
    }

    [Fact]
    public async Task Damaged_files_of_the_repository_are_told_and_those_of_the_backup_before_are_kept()
    {
        await FillAsync();
        await _folder.BackUpAsync();
        await _folder.Repository.AddWheelAsync("foo", "4.0");
        foreach (var key in (await _folder.Repository.PackagesAsync()).Where(
            key => key.Contains("foo-1.0", StringComparison.Ordinal)
                || key.Contains("foo-4.0", StringComparison.Ordinal)))
        {
            File.Delete(_folder.Repository.GetPath(key));
        }
        var made = await _folder.BackUpAsync();
        Assert.Contains("foo-4.0", Assert.Single(made.Problems), StringComparison.Ordinal);
        await RestoreAsync();
        Assert.Equal(WheelFile.Make("foo", "1.0", ""), await _folder.Restored.ReadAsync("foo", _foo1));
    }

    [Theory]
    [InlineData("latest", 2)]
    [InlineData("2026-01-01T00:01:30Z", 0)]
    [InlineData("9999-01-01T00:00:00+01:00", 2)]
    public async Task A_backup_is_found_by_time(string which, int index)
    {
        await FillAsync();
        var made = new List<BackupSummary>();
        for (var count = 0; count < 3; count++)
            made.Add(await _folder.BackUpAsync());
        if (index == 0)
            which = (made[0].Began + TimeSpan.FromSeconds(59)).ToString("O");
        Assert.Equal(made[index].Name, (await _folder.Catalog.FindAsync(which, None))?.Name);
    }

    [Fact]
    public async Task A_time_before_the_first_backup_and_an_unknown_name_find_none()
    {
        await FillAsync();
        await _folder.BackUpAsync();
        Assert.Null(await _folder.Catalog.FindAsync("1999-01-01T00:00:00Z", None));
        Assert.Null(await _folder.Catalog.FindAsync("20260101T000000Z", None));
    }

    async Task FillAsync()
    {
        await _folder.Repository.OpenAsync();
        await _folder.Repository.AddWheelAsync("foo", "1.0");
        await _folder.Repository.AddWheelAsync("foo", "2.0");
        await _folder.Repository.AddWheelAsync("bar", "1.0");
    }

    async Task RestoreAsync(string which = BackupCatalog.Latest)
    {
        Assert.Null(await _folder.Restore(which).RunAsync(None));
        await _folder.Restored.OpenAsync();
    }

    /// <summary>The path of the content of a file.</summary>
    async Task<string> PathOfAsync(BackupSummary backup, string part)
    {
        await foreach (var entry in _folder.Catalog.ReadEntriesAsync(backup, None))
        {
            if (entry.Key.Contains(part, StringComparison.Ordinal))
                return _folder.GetPath(BackupLayout.ContentOf(entry.Sha256));
        }
        throw new InvalidOperationException($"There is no {part}.");
    }
}
