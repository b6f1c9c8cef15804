using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Hosted;

/// <summary>The serials with which a repository lists its projects, as a mirror compares them.</summary>
public sealed class ListedSerialsTests : IDisposable
{
    static readonly ProjectName _one = ProjectName.Parse("one"), _two = ProjectName.Parse("two");

    readonly HostedFolder _folder = new();

    static CancellationToken None => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_change_raises_the_projects_serial_above_all_others()
    {
        await OpenAsync();
        await _folder.AddWheelAsync("one", "1.0");
        await _folder.AddWheelAsync("two", "1.0");
        var highest = await HighestAsync();
        foreach (var change in (Func<Task>[])[
            () => _folder.AddWheelAsync("one", "2.0"),
            () => _folder.Repository.Releases.YankAsync(_one, "1.0", "", "bob"),
            () => _folder.Repository.Releases.UnyankAsync(_one, "1.0", "bob"),
            () => _folder.Repository.Releases.SetStatusAsync(_one, ProjectStatus.Archived, "old", "bob"),
            () => _folder.Repository.Releases.DeleteAsync(_one, "1.0", "bob"),
            () => _folder.Repository.Releases.DeleteAsync(_one, null, "bob")])
        {
            await change();
            var serials = await ListAsync();
            Assert.True(serials.Find(_one) > highest);
            Assert.True(serials.Find(_two) <= highest);
            highest = await HighestAsync();
            Assert.Equal(serials.Find(_one), (await _folder.SnapshotAsync("one")).Serial);
        }
    }

    [Fact]
    public async Task A_clock_that_goes_back_hides_no_change_even_across_a_restart()
    {
        await OpenAsync();
        await _folder.AddWheelAsync("one", "1.0");
        var before = await HighestAsync();
        foreach (var restarts in (bool[])[false, true])
        {
            _folder.Clock.Set(_folder.Clock.GetUtcNow().AddDays(-1));
            if (restarts)
                await OpenAsync();
            await _folder.AddWheelAsync("two", restarts ? "2.0" : "1.0");
            Assert.True((await ListAsync()).Find(_two) > before);
            before = await HighestAsync();
        }
        await OpenAsync();
        Assert.Equal(before, await HighestAsync());
    }

    [Fact]
    public async Task An_unchanged_list_has_the_same_version_and_a_changed_one_another()
    {
        await OpenAsync();
        await _folder.AddWheelAsync("one", "1.0");
        var version = (await ListAsync()).Version;
        Assert.Equal(version, (await ListAsync()).Version);
        await _folder.AddWheelAsync("one", "2.0");
        Assert.NotEqual(version, (await ListAsync()).Version);
    }

    [Fact]
    public async Task A_change_that_is_still_written_holds_a_later_one_back_and_a_failed_one_only_until_it_is_read()
    {
        await OpenAsync();
        await _folder.AddWheelAsync("one", "1.0");
        var before = await HighestAsync();
        using var begun = new SemaphoreSlim(0);
        using var full = new ManualResetEventSlim();
        _folder.Store.BeforeAppend = key =>
        {
            if (!key.Contains("one", StringComparison.Ordinal))
                return;
            begun.Release();
            full.Wait(Eventually.Deadline);
            throw new IOException("The disk is full.");
        };
        var slow = Task.Run(() => _folder.Repository.Releases.YankAsync(_one, "1.0", "", "bob"));
        Assert.True(await begun.WaitAsync(Eventually.Deadline));
        await _folder.AddWheelAsync("two", "1.0");
        Assert.Equal(before, await HighestAsync());
        full.Set();
        await Assert.ThrowsAnyAsync<IOException>(() => slow);
        Assert.Equal(before, (await ListAsync()).Find(_one));
        Assert.True((await ListAsync()).Find(_two) > before);
    }

    [Fact]
    public async Task Until_all_records_are_read_a_list_has_no_serials()
    {
        await OpenAsync();
        await _folder.AddWheelAsync("one", "1.0");
        await _folder.OpenAsync();
        Assert.Null((await KnownAsync()).Serials);
    }

    async Task OpenAsync()
    {
        await _folder.OpenAsync();
        await _folder.Repository.Claims.LookAsync(None);
        await _folder.Repository.Records.ReadAllAsync((_, _) => { }, (_, error) => Assert.Fail(error.Message), None);
    }

    async Task<ProjectListAnswer.Known> KnownAsync() =>
        Assert.IsType<ProjectListAnswer.Known>(await _folder.Repository.ListProjectsAsync(None));

    async Task<ListSerials> ListAsync() => (await KnownAsync()).Serials!;

    async Task<long> HighestAsync()
    {
        var known = await KnownAsync();
        return known.Projects.Max(known.Serials!.Find)!.Value;
    }
}
