using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Hosted;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Hosted;

/// <summary>The names in a repository's folder are its own, whatever becomes of the files.</summary>
public sealed class ProjectClaimsTests : IDisposable
{
    static readonly ProjectName _acme = ProjectName.Parse("acme-lib");
    static readonly byte[] _wheel = WheelFile.Make("acme-lib", "1.0");
    static readonly string _key = $"packages/{WheelFile.GetName("acme-lib", "1.0")}";
    readonly HostedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_present_at_the_start_claims_its_name_before_adoption()
    {
        _folder.Put(_key, _wheel);
        await _folder.OpenAsync();
        Assert.IsType<ProjectAnswer.Unavailable>(await FindAsync());
        Assert.Contains(_acme, await ListAsync());
    }

    [Fact]
    public async Task A_new_file_claims_its_name_from_the_first_scan_that_sees_it()
    {
        var adoption = await OpenAsync();
        Assert.IsType<ProjectAnswer.NotKnown>(await FindAsync());
        _folder.Put(_key, _wheel);
        await _folder.Repository.Claims.LookAsync(default);
        Assert.IsType<ProjectAnswer.Unavailable>(await FindAsync());
        Assert.Contains(_acme, await ListAsync());
        await adoption.ScanAsync(default);
        await adoption.ScanAsync(default);
        Assert.Single(await _folder.FilesAsync("acme-lib"));
        Assert.Equal([_acme], await ListAsync());
        await _folder.Repository.Claims.LookAsync(default);
        Assert.Empty(_folder.Repository.Claims.Names);
    }

    [Theory]
    [InlineData("acme_lib-1.0-py3-none-any.whl")]
    [InlineData("acme_lib-1.0.tar.gz")]
    [InlineData("acme-lib.zip")]
    public async Task A_rejected_file_claims_its_name_until_it_is_removed(string fileName)
    {
        var path = _folder.Put($"packages/{fileName}", _wheel[..100]);
        var adoption = await OpenAsync();
        await adoption.ScanAsync(default);
        Assert.Single(adoption.NotAdopted);
        Assert.Empty(Assert.IsType<ProjectAnswer.Known>(await FindAsync()).Snapshot.Files);
        Assert.Contains(_acme, await ListAsync());
        File.Delete(path);
        await adoption.ScanAsync(default);
        Assert.IsType<ProjectAnswer.NotKnown>(await FindAsync());
        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData("acme_lib-1.0-py3-none-any.whl")]
    [InlineData("acme-lib")]
    public async Task A_link_keeps_its_name_although_it_is_not_followed(string name)
    {
        await _folder.OpenAsync();
        Directory.CreateDirectory(_folder.GetPath("packages"));
        var target = name.EndsWith(".whl", StringComparison.Ordinal) ? _folder.Put("elsewhere.whl", _wheel)
            : Directory.CreateDirectory(_folder.GetPath("elsewhere")).FullName;
        File.CreateSymbolicLink(_folder.GetPath($"packages/{name}"), target);
        await OpenAsync();
        Assert.Empty(Assert.IsType<ProjectAnswer.Known>(await FindAsync()).Snapshot.Files);
    }

    [Fact]
    public async Task No_name_is_proved_absent_while_the_folder_cannot_be_listed()
    {
        var adoption = await OpenAsync();
        _folder.Store.BeforeList = () => throw new IOException("the disk does not answer");
        await Assert.ThrowsAsync<IOException>(() => adoption.ScanAsync(default));
        Assert.IsType<ProjectAnswer.Unavailable>(await FindAsync());
        _folder.Store.BeforeList = () => { };
        await adoption.ScanAsync(default);
        Assert.IsType<ProjectAnswer.NotKnown>(await FindAsync());
    }

    [Theory]
    [InlineData(0.15, 3)]
    [InlineData(0, 2)]
    [InlineData(60, 4)]
    public void A_folder_is_scanned_again_soon_however_long_the_last_scan_took(double seconds, double pause) =>
        Assert.Equal(
            TimeSpan.FromSeconds(pause), ProjectClaims.PauseAfter(TimeSpan.FromSeconds(seconds), isLocal: true));

    [Fact]
    public void The_listing_of_a_bucket_takes_a_twentieth_of_the_time() => Assert.Equal(
        TimeSpan.FromSeconds(200), ProjectClaims.PauseAfter(TimeSpan.FromSeconds(10), isLocal: false));

    async Task<Adoption> OpenAsync() =>
        new(await _folder.OpenAsync(), _folder.Clock, NullLogger.Instance);

    async Task<ProjectAnswer> FindAsync() => await _folder.Repository.GetProjectAsync(_acme, null, default);

    async Task<IEnumerable<ProjectName>> ListAsync() => Assert.IsType<ProjectListAnswer.Known>(
        await _folder.Repository.ListProjectsAsync(default)).Projects;
}
