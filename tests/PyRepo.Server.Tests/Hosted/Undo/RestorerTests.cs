using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Resources.Hosted;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Hosted;
using PyRepo.Server.Hosted.Undo;
using PyRepo.Server.Platform.Limits;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Hosted.Undo;

public sealed class RestorerTests : IDisposable
{
    static readonly ProjectName _acme = ProjectName.Parse("acme");
    static readonly string _wheel = WheelFile.GetName("acme", "1.0");
    readonly HostedFolder _folder = new();

    static CancellationToken None => CancellationToken.None;

    Restorer Restorer => new(_folder.Repository);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_restored_file_is_the_same_as_before_and_the_record_only_grows()
    {
        var repository = await OpenAsync();
        await _folder.AddAsync(_wheel, WheelFile.Make("acme", "1.0"), provenance: [1, 2, 3]);
        await repository.Releases.YankAsync(_acme, "1.0", "Broken", "bob");
        var (before, bytes) = (await FileAsync(), await _folder.ReadAsync("acme", _wheel));
        _folder.Clock.Advance(TimeSpan.FromDays(1));
        await repository.Releases.DeleteAsync(_acme, "1.0", "bob");
        var (record, serial) = (await _folder.RecordAsync("acme"), (await _folder.SnapshotAsync("acme")).Serial);
        Assert.Null(await _folder.ReadAsync("acme", _wheel));
        _folder.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal([_wheel], Files(await RestoreAsync("1.0.0")));
        // The next process reads the same.
        foreach (var reopen in (bool[])[false, true])
        {
            if (reopen)
                await _folder.OpenAsync();
            var after = await FileAsync();
            Assert.Equal(before with { RecordedAt = _folder.Clock.GetUtcNow() }, after);
            Assert.Equal(("Broken", "bob", "alice"), (after.Yanked, after.YankedBy, after.UploadedBy));
            Assert.Equal(bytes, await _folder.ReadAsync("acme", _wheel));
            Assert.Equal([1, 2, 3], await _folder.ReadAsync("acme", _wheel, form: FileContentKind.Provenance));
        }
        Assert.True((await _folder.SnapshotAsync("acme")).Serial > serial);
        var lines = await _folder.RecordAsync("acme");
        Assert.Equal(record, lines.Take(record.Length));
        Assert.Contains("\"by\":\"carol\"", Assert.Single(lines.Skip(record.Length)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restoring_again_changes_nothing()
    {
        await DeletedAsync();
        await RestoreAsync();
        var record = await _folder.RecordAsync("acme");
        var again = await RestoreAsync();
        Assert.Empty(again!.Done);
        Assert.Empty(again.Unavailable);
        Assert.Equal(record, await _folder.RecordAsync("acme"));
        Assert.Null(await RestoreAsync("9.0"));
    }

    [Fact]
    public async Task A_trial_says_the_same_and_changes_nothing()
    {
        await DeletedAsync();
        var record = await _folder.RecordAsync("acme");
        Assert.Equal([_wheel], Files(await RestoreAsync(isTrial: true)));
        Assert.Equal(record, await _folder.RecordAsync("acme"));
        Assert.Empty(await _folder.FilesAsync("acme"));
    }

    [Fact]
    public async Task A_name_that_other_bytes_have_taken_is_not_taken_from_them()
    {
        await DeletedAsync(Overwrite.Always);
        await _folder.AddWheelAsync("acme", "1.0", "other content");
        var other = await _folder.ReadAsync("acme", _wheel);
        Assert.Contains(
            "taken by other bytes", Assert.Single((await RestoreAsync())!.Unavailable).Reason,
            StringComparison.Ordinal);
        Assert.Equal(other, await _folder.ReadAsync("acme", _wheel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_restoration_and_an_upload_under_the_same_name_one_wins_and_the_other_learns_it(
        bool isUploadFirst)
    {
        await DeletedAsync(Overwrite.Always);
        _folder.Repository.Settings = _folder.Repository.Settings with
        {
            Overwrite = isUploadFirst ? Overwrite.Always : Overwrite.Never,
        };
        var (replica, store) = await _folder.OpenReplicaAsync();
        if (isUploadFirst)
        {
            store.BeforeAppend = _ =>
            {
                store.BeforeAppend = static _ => { };
                _folder.AddWheelAsync("acme", "1.0", "other content").GetAwaiter().GetResult();
            };
            var restored = await new Restorer(replica).RestoreAsync(_acme, "1.0", "carol", false, None);
            Assert.Empty(restored!.Done);
            Assert.Contains("taken", Assert.Single(restored.Unavailable).Reason, StringComparison.Ordinal);
        }
        else
        {
            await new Restorer(replica).RestoreAsync(_acme, "1.0", "carol", false, None);
            await _folder.OpenAsync();
            Assert.IsType<DuplicateDecision.Reject>(await _folder.AddWheelAsync("acme", "1.0", "other content"));
        }
        var expected = WheelFile.Make("acme", "1.0", isUploadFirst ? "other content" : "");
        await _folder.OpenAsync();
        Assert.Equal(expected, await _folder.ReadAsync("acme", _wheel));
    }

    [Fact]
    public async Task Bytes_that_somebody_removed_are_not_promised_again()
    {
        await DeletedAsync();
        File.Delete(_folder.GetPath(Assert.Single(await _folder.PackagesAsync())));
        Assert.Contains(
            "no longer in the repository's storage", Assert.Single((await RestoreAsync())!.Unavailable).Reason,
            StringComparison.Ordinal);
        Assert.Empty(await Restorer.FindAsync(_acme, None));
        Assert.Contains(
            "removed on", Assert.Single((await RestoreAsync())!.Unavailable).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_bytes_in_the_place_are_not_taken_and_the_files_own_can_still_come_back()
    {
        await DeletedAsync();
        var path = _folder.GetPath(Assert.Single(await _folder.PackagesAsync()));
        var own = await File.ReadAllBytesAsync(path);
        await File.WriteAllTextAsync(path, "other bytes");
        Assert.StartsWith(
            "Other bytes lie at packages/acme/", Assert.Single((await RestoreAsync())!.Unavailable).Reason,
            StringComparison.Ordinal);
        await File.WriteAllBytesAsync(path, own);
        Assert.Equal([_wheel], Files(await RestoreAsync()));
    }

    [Fact]
    public async Task A_file_that_is_gone_does_not_keep_the_project_from_its_status()
    {
        var (_, morning) = await BadDayAsync();
        File.Delete(_folder.GetPath(
            (await _folder.PackagesAsync()).Single(key => key.EndsWith(_wheel, StringComparison.Ordinal))));
        var restored = await Restorer.RestoreAsOfAsync(_acme, morning, false, "carol", false, None);
        Assert.Single(restored!.Unavailable);
        Assert.Equal(ProjectStatus.Active, (await _folder.SnapshotAsync("acme")).Status);
        Assert.Equal((0, 0), (restored.Missing.Length - 1, restored.Remaining));
    }

    [Fact]
    public async Task Going_back_in_time_lifts_no_quarantine()
    {
        var repository = await OpenAsync();
        await _folder.AddWheelAsync("acme", "1.0");
        var morning = _folder.Clock.GetUtcNow();
        _folder.Clock.Advance(TimeSpan.FromHours(1));
        await repository.Releases.SetStatusAsync(_acme, ProjectStatus.Quarantined, "Malware", "bob");
        Assert.Empty((await Restorer.RestoreAsOfAsync(_acme, morning, false, "carol", false, None))!.Done);
        Assert.Equal(ProjectStatus.Quarantined, (await _folder.SnapshotAsync("acme")).Status);
    }

    [Fact]
    public async Task A_project_that_did_not_exist_then_keeps_its_status()
    {
        var repository = await OpenAsync();
        var morning = _folder.Clock.GetUtcNow();
        _folder.Clock.Advance(TimeSpan.FromHours(1));
        await _folder.AddWheelAsync("acme", "1.0");
        await repository.Releases.SetStatusAsync(_acme, ProjectStatus.Archived, "Done", "bob");
        await Restorer.RestoreAsOfAsync(_acme, morning, false, "carol", false, None);
        Assert.Equal(ProjectStatus.Archived, (await _folder.SnapshotAsync("acme")).Status);
    }

    [Fact]
    public async Task Where_no_deleted_bytes_are_kept_those_of_what_came_since_go_at_once()
    {
        await _folder.OpenAsync(Overwrite.Never, TimeSpan.Zero);
        await _folder.AddWheelAsync("acme", "1.0");
        var morning = _folder.Clock.GetUtcNow();
        _folder.Clock.Advance(TimeSpan.FromHours(1));
        await _folder.AddWheelAsync("acme", "2.0");
        await Restorer.RestoreAsOfAsync(_acme, morning, true, "carol", false, None);
        Assert.EndsWith(_wheel, Assert.Single(await _folder.PackagesAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_can_be_restored_is_listed_by_release_with_its_end()
    {
        await DeletedAsync();
        var release = Assert.Single(await Restorer.FindAsync(_acme, None));
        Assert.Equal(("1.0", "bob"), (release.Version, release.By));
        Assert.Equal([_wheel], release.Files);
        Assert.Equal(release.At + TimeSpan.FromDays(7), release.Until);
        await RestoreAsync();
        Assert.Empty(await Restorer.FindAsync(_acme, None));
    }

    [Fact]
    public async Task A_bad_day_is_undone_except_for_what_came_since()
    {
        var (repository, morning) = await BadDayAsync();
        var restored = await Restorer.RestoreAsOfAsync(_acme, morning, false, "carol", false, None);
        Assert.Equal(
            [
                "Status active", "File acme-1.0-py3-none-any.whl", "Yank acme-2.0-py3-none-any.whl",
                "Unyank acme-3.0-py3-none-any.whl",
            ],
            restored!.Done.Select(step => $"{step.Part} {step.Subject}"));
        var snapshot = await _folder.SnapshotAsync("acme");
        Assert.Equal((ProjectStatus.Active, null), (snapshot.Status, snapshot.StatusReason));
        Assert.Equal([null, "Old", null, null], snapshot.Visible.Select(file => file.Yanked));
        Assert.Equal(4, (await _folder.FilesAsync("acme")).Count);
        var again = await Restorer.RestoreAsOfAsync(_acme, morning, false, "carol", false, None);
        Assert.Empty(again!.Done);
        Assert.Same(repository, _folder.Repository);
    }

    [Fact]
    public async Task What_came_since_goes_if_asked_for_and_that_can_be_undone_too()
    {
        var (_, morning) = await BadDayAsync();
        var evening = _folder.Clock.GetUtcNow();
        _folder.Clock.Advance(TimeSpan.FromHours(1));
        await Restorer.RestoreAsOfAsync(_acme, morning, true, "carol", false, None);
        Assert.Equal(
            ["acme-1.0-py3-none-any.whl", "acme-2.0-py3-none-any.whl", "acme-3.0-py3-none-any.whl"],
            await _folder.FilesAsync("acme"));
        _folder.Clock.Advance(TimeSpan.FromHours(1));
        await Restorer.RestoreAsOfAsync(_acme, evening, true, "carol", false, None);
        Assert.Equal(
            ["acme-2.0-py3-none-any.whl", "acme-3.0-py3-none-any.whl", "acme-4.0-py3-none-any.whl"],
            await _folder.FilesAsync("acme"));
        Assert.Equal(ProjectStatus.Archived, (await _folder.SnapshotAsync("acme")).Status);
    }

    [Fact]
    public async Task Pages_of_earlier_dates_show_what_they_showed()
    {
        var (_, morning) = await BadDayAsync();
        var evening = _folder.Clock.GetUtcNow();
        _folder.Clock.Advance(TimeSpan.FromHours(1));
        var before = await PastAsync(evening);
        Assert.Equal(3, before.Count);
        await Restorer.RestoreAsOfAsync(_acme, morning, false, "carol", false, None);
        Assert.Equal(before, await PastAsync(evening));
        Assert.Equal(3, (await PastAsync(morning)).Count);
    }

    [Fact]
    public async Task Replaced_bytes_come_back_only_if_others_may_go()
    {
        await OpenAsync(Overwrite.Always);
        await _folder.AddWheelAsync("acme", "1.0");
        var before = await _folder.ReadAsync("acme", _wheel);
        var morning = _folder.Clock.GetUtcNow();
        _folder.Clock.Advance(TimeSpan.FromHours(1));
        await _folder.AddWheelAsync("acme", "1.0", "other content");
        var left = await Restorer.RestoreAsOfAsync(_acme, morning, false, "carol", false, None);
        Assert.Contains("taken", Assert.Single(left!.Unavailable).Reason, StringComparison.Ordinal);
        await Restorer.RestoreAsOfAsync(_acme, morning, true, "carol", false, None);
        Assert.Equal(before, await _folder.ReadAsync("acme", _wheel));
        Assert.Equal(1, _folder.Repository.Records.TotalKept().Files);
    }

    [Fact]
    public async Task A_file_that_was_yanked_since_and_then_deleted_comes_back_without_the_yank()
    {
        var repository = await OpenAsync();
        await _folder.AddWheelAsync("acme", "1.0");
        var morning = _folder.Clock.GetUtcNow();
        _folder.Clock.Advance(TimeSpan.FromHours(1));
        await repository.Releases.YankAsync(_acme, "1.0", "Broken", "bob");
        await repository.Releases.DeleteAsync(_acme, "1.0", "bob");
        await Restorer.RestoreAsOfAsync(_acme, morning, false, "carol", false, None);
        Assert.Null((await FileAsync()).Yanked);
    }

    [Fact]
    public async Task One_request_makes_a_bounded_number_of_changes_and_the_next_one_goes_on()
    {
        var repository = await OpenAsync();
        const int extra = 3;
        for (var i = 0; i < ServerLimits.MaxRestoredTogether + extra; i++)
            await _folder.AddWheelAsync("acme", $"1.0.dev{i}");
        var morning = _folder.Clock.GetUtcNow();
        _folder.Clock.Advance(TimeSpan.FromHours(1));
        await repository.Releases.DeleteAsync(_acme, null, "bob");
        var first = await Restorer.RestoreAsOfAsync(_acme, morning, false, "carol", false, None);
        Assert.Equal((ServerLimits.MaxRestoredTogether, extra), (first!.Done.Length, first.Remaining));
        var second = await Restorer.RestoreAsOfAsync(_acme, morning, false, "carol", false, None);
        Assert.Equal((extra, 0), (second!.Done.Length, second.Remaining));
    }

    [Fact]
    public async Task A_deletion_by_an_earlier_server_cannot_be_undone_and_says_so()
    {
        await DeletedAsync();
        var record = _folder.GetPath("projects/acme.jsonl");
        await File.WriteAllTextAsync(
            record,
            (await File.ReadAllTextAsync(record)).Replace(",\"keeps-bytes\":true", "", StringComparison.Ordinal));
        await _folder.OpenAsync();
        Assert.Null(await RestoreAsync());
        Assert.Empty(await Restorer.FindAsync(_acme, None));
    }

    Task<Restoration?> RestoreAsync(string version = "1.0", bool isTrial = false) =>
        Restorer.RestoreAsync(_acme, version, "carol", isTrial, None);

    static IEnumerable<string> Files(Restoration? restoration) => restoration!.Done.Select(step => step.Subject);

    async Task<Distribution> FileAsync() => Assert.Single((await _folder.SnapshotAsync("acme")).Visible);

    async Task<List<(string, string?)>> PastAsync(DateTimeOffset date) =>
    [
        .. Assert.IsType<ProjectAnswer.Known>(await _folder.Repository.GetProjectAsync(_acme, date, None))
            .Snapshot.Visible.Select(file => (file.Name.FileName, file.Yanked)),
    ];

    Task<HostedRepository> OpenAsync(Overwrite overwrite = Overwrite.Never) =>
        _folder.OpenAsync(overwrite, TimeSpan.FromDays(7));

    async Task DeletedAsync(Overwrite overwrite = Overwrite.Never)
    {
        var repository = await OpenAsync(overwrite);
        await _folder.AddWheelAsync("acme", "1.0");
        await repository.Releases.DeleteAsync(_acme, "1.0", "bob");
    }

    /// <summary>Deletes 1.0, unyanks 2.0, yanks 3.0, adds 4.0 and archives the project. Returns the time before.</summary>
    async Task<(HostedRepository Repository, DateTimeOffset Morning)> BadDayAsync()
    {
        var repository = await OpenAsync();
        foreach (var version in (string[])["1.0", "2.0", "3.0"])
            await _folder.AddWheelAsync("acme", version);
        await repository.Releases.YankAsync(_acme, "2.0", "Old", "alice");
        var morning = _folder.Clock.GetUtcNow();
        _folder.Clock.Advance(TimeSpan.FromHours(1));
        await repository.Releases.DeleteAsync(_acme, "1.0", "bob");
        await repository.Releases.UnyankAsync(_acme, "2.0", "bob");
        await repository.Releases.YankAsync(_acme, "3.0", "Broken", "bob");
        await _folder.AddWheelAsync("acme", "4.0");
        await repository.Releases.SetStatusAsync(_acme, ProjectStatus.Archived, "Bad day", "bob");
        return (repository, morning);
    }
}
