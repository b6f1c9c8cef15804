using PyRepo.Packaging.Names;
using PyRepo.Resources.Grouped;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Groups;
using PyRepo.Server.Serving.Runtime;
using PyRepo.Server.Tests.Hosted;

namespace PyRepo.Server.Tests.Groups;

/// <summary>A page is served by the version that is found without the content, so both must always agree.</summary>
public sealed class SnapshotVersionTests : IDisposable
{
    static readonly string[] _projects = ["demo", "first", "second", "nobodys"];
    readonly HostedFolder _first = new();
    readonly HostedFolder _second = new();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [Theory]
    [InlineData(Resolution.FirstMatch)]
    [InlineData(Resolution.Merge)]
    public async Task The_version_found_without_the_content_is_that_of_the_content(Resolution resolution)
    {
        await FillAsync();
        var group = new GroupRepository(
            [new("first", _first.Repository, IsProxy: false), new("second", Opened(_second.Repository), IsProxy: true)],
            resolution, ["second"]);
        var outer = new GroupRepository([new("inner", group, IsProxy: false)], Resolution.FirstMatch, []);
        foreach (var repository in new IRepository[] { _first.Repository, group, outer })
        {
            foreach (var project in _projects)
                await AssertAgreesAsync(repository, ProjectName.Parse(project));
        }
    }

    [Fact]
    public async Task An_upload_changes_the_version_before_its_answer()
    {
        await FillAsync();
        var demo = ProjectName.Parse("demo");
        var before = await _first.Repository.FindAsync(demo, default);
        await _first.AddWheelAsync("demo", "2.0");
        Assert.NotEqual(before.Value, (await _first.Repository.FindAsync(demo, default)).Value);
        await AssertAgreesAsync(_first.Repository, demo);
    }

    [Fact]
    public async Task After_a_start_the_content_is_read_for_its_version_until_the_records_were_read()
    {
        await FillAsync();
        var (demo, repository) = (ProjectName.Parse("demo"), await _first.OpenAsync());
        Assert.IsType<ProjectAnswer.Known>((await repository.FindAsync(demo, default)).Answer);
        await repository.Records.ReadAllAsync((_, _) => { }, (_, error) => throw error, default);
        Assert.Null((await repository.FindAsync(demo, default)).Answer);
        await AssertAgreesAsync(repository, demo);
    }

    [Fact]
    public async Task A_repository_whose_folder_is_gone_knows_no_version()
    {
        await FillAsync();
        _first.Repository.Suspend("The folder was removed.");
        var found = await _first.Repository.FindAsync(ProjectName.Parse("demo"), default);
        Assert.IsType<ProjectAnswer.Unavailable>(found.Answer);
    }

    /// <summary>A proxy's repository is wrapped like this.</summary>
    static OpeningRepository Opened(IRepository repository) => new(repository, () => true, TimeProvider.System);

    async Task FillAsync()
    {
        await _first.OpenAsync();
        await _second.OpenAsync();
        await _first.AddWheelAsync("demo", "1.0");
        await _first.AddWheelAsync("first", "1.0");
        await _second.AddWheelAsync("demo", "1.0");
        await _second.AddWheelAsync("demo", "1.1");
        await _second.AddWheelAsync("second", "1.0");
    }

    static async Task AssertAgreesAsync(IRepository repository, ProjectName project)
    {
        var known = await repository.GetProjectAsync(project, null, default) as ProjectAnswer.Known;
        var found = await repository.FindAsync(project, default);
        Assert.Equal(known?.Snapshot.Version, found.Value);
        Assert.Equal((known?.AnsweredBy ?? []).AsEnumerable(), found.AnsweredBy);
        Assert.Equal(known?.Cache ?? CacheOutcome.None, found.Cache);
        var loaded = await found.LoadAsync(default) as ProjectAnswer.Known;
        Assert.Equal(known?.Snapshot.Version, loaded?.Snapshot.Version);
    }
}
