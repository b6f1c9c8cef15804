using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Hosted;
using PyRepo.Server.Tests.Hosted;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Content.Records;

/// <summary>What lists and search know of a hosted repository.</summary>
public sealed class CatalogTests : IDisposable
{
    readonly HostedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_project_has_the_name_and_the_summary_of_its_latest_final_release()
    {
        await _folder.OpenAsync();
        await AddAsync("Acme.Lib", "1.0", "The first one");
        await AddAsync("acme-lib", "2.0", "The second one");
        await AddAsync("acme_lib", "3.0rc1", "The next one");
        var entry = Assert.Single((await CatalogAsync()).Entries);
        Assert.Equal(
            ("acme-lib", "2.0", "The second one", 3, 3),
            (entry.DisplayName, entry.LatestVersion, entry.Summary, entry.Versions, entry.Files));
        await AddAsync("Acme.Lib", "2.1", "Better");
        entry = Assert.Single((await CatalogAsync()).Entries);
        Assert.Equal(("Acme.Lib", "2.1", "Better"), (entry.DisplayName, entry.LatestVersion, entry.Summary));
    }

    [Fact]
    public async Task A_yanked_or_deleted_release_is_the_latest_no_longer()
    {
        await _folder.OpenAsync();
        foreach (var version in (string[])["1.0", "2.0", "3.0"])
            await AddAsync("acme", version, $"Version {version}");
        var project = ProjectName.Parse("acme");
        await _folder.Repository.Releases.YankAsync(project, "3.0", "It is broken", "alice");
        Assert.Equal("2.0", Assert.Single((await CatalogAsync()).Entries).LatestVersion);
        await _folder.Repository.Releases.DeleteAsync(project, "2.0", "alice");
        var entry = Assert.Single((await CatalogAsync()).Entries);
        Assert.Equal(("1.0", "Version 1.0", 2), (entry.LatestVersion, entry.Summary, entry.Files));
        await _folder.Repository.Releases.UnyankAsync(project, "3.0", "alice");
        await _folder.Repository.Releases.SetStatusAsync(project, ProjectStatus.Archived, null, "alice");
        entry = Assert.Single((await CatalogAsync()).Entries);
        Assert.Equal(("3.0", ProjectStatus.Archived), (entry.LatestVersion, entry.Status));
    }

    [Fact]
    public async Task The_catalog_is_rebuilt_from_the_records()
    {
        await _folder.OpenAsync();
        await AddAsync("acme", "1.0", "Makes anvils");
        await AddAsync("bolt", "1.0", "Makes bolts");
        await _folder.OpenAsync();
        Assert.Equal(["acme", "bolt"], (await CatalogAsync()).Entries.Select(entry => entry.Project.Value));
        Assert.All((await CatalogAsync()).Entries, entry => Assert.Null(entry.Summary));
        await _folder.Repository.Records.ReadAllAsync((_, _) => { }, (_, error) => throw error, default);
        Assert.Equal(
            ["Makes anvils", "Makes bolts"], (await CatalogAsync()).Entries.Select(entry => entry.Summary!));
    }

    [Fact]
    public async Task A_catalog_is_the_same_until_something_changes()
    {
        await _folder.OpenAsync();
        await AddAsync("acme", "1.0", "Makes anvils");
        var before = await CatalogAsync();
        Assert.Same(before, await CatalogAsync());
        await _folder.Repository.GetProjectAsync(ProjectName.Parse("acme"), null, default);
        Assert.Same(before, await CatalogAsync());
        await AddAsync("bolt", "1.0", "Makes bolts");
        Assert.NotSame(before, await CatalogAsync());
    }

    [Fact]
    public async Task Changes_of_another_replica_are_listed_after_a_refresh()
    {
        var other = await _folder.OpenAsync();
        await AddAsync("acme", "1.0", "Makes anvils");
        var repository = await _folder.OpenAsync();
        await repository.Records.ReadAllAsync((_, _) => { }, (_, error) => throw error, default);
        await other.Releases.SetStatusAsync(ProjectName.Parse("acme"), ProjectStatus.Archived, null, "alice");
        await repository.Records.RefreshAsync(default);
        Assert.Equal(ProjectStatus.Archived, Assert.Single((await CatalogAsync()).Entries).Status);
    }

    [Fact]
    public async Task A_long_summary_is_cut_in_lists()
    {
        await _folder.OpenAsync();
        await AddAsync("acme", "1.0", new string('x', 300));
        Assert.Equal(201, Assert.Single((await CatalogAsync()).Entries).Summary!.Length);
    }

    async Task<Catalog> CatalogAsync() => await _folder.Repository.GetCatalogAsync(default);

    async Task AddAsync(string name, string version, string summary)
    {
        var bytes = WheelFile.Make(name, version);
        await using var staged = await _folder.Repository.Store.StageAsync(bytes.Length, default);
        await staged.AppendAsync(bytes, default);
        Assert.True(PyRepo.Packaging.FileNames.DistributionFileName.TryParse(
            WheelFile.GetName(name, version), out var file));
        await _folder.Repository.Files.AddAsync(
            new NewDistribution
            {
                Name = file,
                Size = bytes.Length,
                Sha256 = PyRepo.Packaging.Hashes.Sha256Digest.HashData(bytes),
                DisplayName = name,
                Summary = summary,
            },
            staged, "alice", default);
    }
}
