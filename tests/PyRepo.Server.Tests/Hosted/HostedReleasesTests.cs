using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Hosted;

namespace PyRepo.Server.Tests.Hosted;

public sealed class HostedReleasesTests : IDisposable
{
    static readonly ProjectName _acme = ProjectName.Parse("acme");
    readonly HostedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_yank_concerns_all_files_of_a_release_and_no_others_and_outlives_a_restart()
    {
        var repository = await OpenAsync();
        Assert.Equal("acme-1.0-py3-none-any.whl", Assert.Single(
            await repository.Releases.YankAsync(_acme, "1.0.0", "Broken", "bob")));
        await _folder.OpenAsync();
        var files = (await _folder.SnapshotAsync("acme")).Visible.ToList();
        Assert.Equal(["Broken", null], files.Select(file => file.Yanked));
        Assert.Equal(("bob", "alice"), (files[0].YankedBy, files[0].UploadedBy));
        Assert.Equal(_folder.Clock.GetUtcNow(), files[0].YankedAt);
    }

    [Fact]
    public async Task A_yank_that_changes_nothing_adds_no_event()
    {
        var repository = await OpenAsync();
        await repository.Releases.YankAsync(_acme, "1.0", "Broken", "bob");
        var serial = (await _folder.SnapshotAsync("acme")).Serial;
        await repository.Releases.YankAsync(_acme, "1.0", "Broken", "bob");
        Assert.Equal(serial, (await _folder.SnapshotAsync("acme")).Serial);
        await repository.Releases.YankAsync(_acme, "1.0", "Worse", "bob");
        Assert.Equal("Worse", (await _folder.SnapshotAsync("acme")).Visible.First().Yanked);
        await repository.Releases.UnyankAsync(_acme, "1.0", "bob");
        Assert.All((await _folder.SnapshotAsync("acme")).Visible, file => Assert.Null(file.Yanked));
    }

    [Fact]
    public async Task A_deleted_release_is_gone_with_its_bytes_and_its_names_cannot_be_reused()
    {
        var repository = await OpenAsync();
        var location = (await _folder.SnapshotAsync("acme")).Visible.First().Location;
        Assert.Equal("acme-1.0-py3-none-any.whl", Assert.Single(
            await repository.Releases.DeleteAsync(_acme, "1.0", "bob")));
        Assert.Equal(["acme-2.0-py3-none-any.whl"], await _folder.FilesAsync("acme"));
        Assert.False(File.Exists(_folder.GetPath(location)));
        Assert.IsType<DuplicateDecision.Reject>(await _folder.AddWheelAsync("acme", "1.0", "other content"));
        Assert.IsType<DuplicateDecision.Add>(await _folder.AddWheelAsync("acme", "1.0"));
    }

    [Fact]
    public async Task A_project_without_files_stays_known()
    {
        var repository = await OpenAsync();
        Assert.Equal(2, (await repository.Releases.DeleteAsync(_acme, null, "bob")).Length);
        Assert.Empty(await _folder.FilesAsync("acme"));
        Assert.Empty(await repository.Releases.DeleteAsync(_acme, null, "bob"));
    }

    [Fact]
    public async Task Only_unchanged_releases_of_a_list_are_deleted_in_one_write()
    {
        var repository = await _folder.OpenAsync();
        foreach (var version in (string[])["1.0", "2.0", "3.0"])
            await _folder.AddWheelAsync("acme", version);
        var known = (await _folder.SnapshotAsync("acme")).Visible.ToDictionary(
            file => file.Name.CanonicalVersion, file => ImmutableArray.Create(file.Location));
        await repository.Releases.DeleteAsync(_acme, "2.0", "bob");
        await _folder.AddWheelAsync("acme", "2.0");
        IReadOnlySet<string>? deleted = null;
        await repository.Releases.DeleteUnchangedAsync(_acme, known, "bob", versions => deleted = versions);
        Assert.Equal(["1.0", "3.0"], deleted!.Order());
        Assert.Equal(["acme-2.0-py3-none-any.whl"], await _folder.FilesAsync("acme"));
        var lines = await File.ReadAllLinesAsync(_folder.GetPath(StorageLayout.Record(_acme)));
        Assert.Contains("\"first\":6", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archived_project_takes_no_uploads_until_it_is_active()
    {
        var repository = await OpenAsync();
        Assert.True(await repository.Releases.SetStatusAsync(_acme, ProjectStatus.Archived, "Use bolt", "bob"));
        var snapshot = await _folder.SnapshotAsync("acme");
        Assert.Equal((ProjectStatus.Archived, "Use bolt"), (snapshot.Status, snapshot.StatusReason));
        Assert.IsType<DuplicateDecision.Reject>(await _folder.AddWheelAsync("acme", "3.0"));
        Assert.True(await repository.Releases.SetStatusAsync(_acme, ProjectStatus.Active, null, "bob"));
        Assert.IsType<DuplicateDecision.Add>(await _folder.AddWheelAsync("acme", "3.0"));
    }

    [Fact]
    public async Task A_missing_release_cannot_be_changed()
    {
        var repository = await OpenAsync();
        var ghost = ProjectName.Parse("ghost");
        Assert.Empty(await repository.Releases.YankAsync(ghost, "1.0", "", "bob"));
        Assert.Empty(await repository.Releases.YankAsync(_acme, "9.0", "", "bob"));
        Assert.Empty(await repository.Releases.UnyankAsync(_acme, "9.0", "bob"));
        Assert.Empty(await repository.Releases.DeleteAsync(_acme, "9.0", "bob"));
        Assert.False(await repository.Releases.SetStatusAsync(ghost, ProjectStatus.Archived, null, "bob"));
    }

    async Task<HostedRepository> OpenAsync()
    {
        var repository = await _folder.OpenAsync();
        await _folder.AddWheelAsync("acme", "1.0");
        await _folder.AddWheelAsync("acme", "2.0");
        return repository;
    }
}
