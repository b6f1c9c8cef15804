using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Hosted;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Hosted;
using PyRepo.Server.Hosted.Retention;
using PyRepo.Server.Platform.Caching;

namespace PyRepo.Server.Tests.Hosted.Retention;

public sealed class RetentionRunTests : IDisposable
{
    static readonly ProjectName _acme = ProjectName.Parse("acme");
    readonly HostedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_listed_releases_are_removed()
    {
        var run = await OpenAsync();
        var listed = await run.FindAsync(_ => true, default);
        Assert.Equal(["acme 1.0", "bolt 1.0"], listed.Select(each => $"{each.Project} {each.Version}"));
        var removed = await run.RemoveAsync(_ => true, "alice", default);
        Assert.Equal(
            listed.Select(each => (each.Project, each.Version)), removed.Select(each => (each.Project, each.Version)));
        Assert.Equal(["acme-2.0-py3-none-any.whl"], await _folder.FilesAsync("acme"));
        Assert.Empty(await run.FindAsync(_ => true, default));
    }

    [Fact]
    public async Task A_confirmed_list_is_removed_completely_or_not_at_all()
    {
        var run = await OpenAsync();
        var seen = ExpiredRelease.GetFingerprint(await run.FindAsync(_ => true, default));
        await _folder.AddWheelAsync("acme", "3.0");
        Assert.Null(await run.RemoveListedAsync(seen, _ => true, "alice", default));
        Assert.Equal(3, (await _folder.FilesAsync("acme")).Count);
        seen = ExpiredRelease.GetFingerprint(await run.FindAsync(_ => true, default));
        Assert.Equal(3, (await run.RemoveListedAsync(seen, _ => true, "alice", default))?.Length);
        Assert.Equal(["acme-3.0-py3-none-any.whl"], await _folder.FilesAsync("acme"));
    }

    [Fact]
    public async Task Only_the_projects_that_the_caller_maintains_are_looked_at()
    {
        var run = await OpenAsync();
        Assert.Equal([_acme], (await run.RemoveAsync(name => name == _acme, "alice", default)).Select(e => e.Project));
        Assert.Equal(2, (await _folder.FilesAsync("bolt")).Count);
    }

    [Fact]
    public async Task A_damaged_record_stops_only_its_own_project()
    {
        await OpenAsync();
        await File.AppendAllTextAsync(_folder.GetPath(StorageLayout.Record(_acme)), "garbage\n");
        var run = await ReopenAsync();
        Assert.Equal("bolt", Assert.Single(await run.RemoveAsync(_ => true, "alice", default)).Project.Value);
    }

    [Fact]
    public async Task Rules_wait_an_hour_before_they_remove_anything_and_then_run_each_hour()
    {
        var run = await OpenAsync();
        await run.RunIfDueAsync(default);
        Assert.Equal(2, (await _folder.FilesAsync("acme")).Count);
        _folder.Clock.Advance(RetentionRun.Interval);
        await run.RunIfDueAsync(default);
        Assert.Single(await _folder.FilesAsync("acme"));
        Assert.Equal(_folder.Clock.GetUtcNow() + RetentionRun.Interval, run.Next);
    }

    [Fact]
    public async Task Without_rules_everything_stays()
    {
        var run = await OpenAsync();
        _folder.Repository.Settings = new HostedSettings();
        _folder.Clock.Advance(TimeSpan.FromDays(1));
        await run.RunIfDueAsync(default);
        Assert.Empty(await run.RemoveAsync(_ => true, "alice", default));
        Assert.Equal(2, (await _folder.FilesAsync("acme")).Count);
        Assert.Null(run.Next);
    }

    async Task<RetentionRun> OpenAsync()
    {
        await _folder.OpenAsync();
        foreach (var project in (string[])["acme", "bolt"])
        {
            await _folder.AddWheelAsync(project, "1.0");
            await _folder.AddWheelAsync(project, "2.0");
        }
        return await ReopenAsync();
    }

    async Task<RetentionRun> ReopenAsync()
    {
        var repository = await _folder.OpenAsync();
        var statistics = new DownloadStatistics(
            repository.Store, "0", new MemoryBudget(1 << 20), _folder.Clock, NullLogger.Instance);
        var spec = new PythonRepositorySpec { Retention = new RetentionSpec { KeepVersions = 1 } };
        repository.Settings = repository.Settings.With(spec, TrustedRootSource.Public, _folder.Clock.GetUtcNow());
        return new RetentionRun(repository, statistics, _folder.Clock, NullLogger.Instance);
    }
}
