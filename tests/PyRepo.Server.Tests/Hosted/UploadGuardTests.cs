using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Resources.Hosted;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Hosted;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Hosted;

/// <summary>What <c>uploads.guard</c> rejects, by the clock of the repository.</summary>
public sealed class UploadGuardTests : IDisposable
{
    const string Wheel = "demo-1.0-py3-none-any.whl", Sdist = "demo-1.0.tar.gz";

    static readonly TimeSpan _month = TimeSpan.FromDays(30);

    readonly HostedFolder _staging = new();
    readonly HostedFolder _production = new();

    public void Dispose()
    {
        _staging.Dispose();
        _production.Dispose();
    }

    [Fact]
    public async Task A_source_distribution_with_a_startup_file_is_rejected()
    {
        await OpenAsync(_production, UploadGuardAction.Reject);
        await _production.AddAsync(Sdist, TarGz("demo-1.0"));
        await RejectsAsync(
            "StartupFile", _production.AddAsync("demo-2.0.tar.gz", TarGz("demo-2.0", ("x.pth", "import os\n"))));
        Assert.Equal([Sdist], await _production.FilesAsync("demo"));
    }

    [Theory]
    [InlineData(14, false)]
    [InlineData(15, true)]
    public async Task A_file_that_is_added_to_a_release_of_more_than_two_weeks_is_rejected(int days, bool isRejected)
    {
        await OpenAsync(_production, UploadGuardAction.Reject);
        await _production.AddWheelAsync("demo", "1.0");
        _production.Clock.Advance(TimeSpan.FromDays(days));
        var adding = _production.AddAsync(Sdist, TarGz("demo-1.0"));
        if (isRejected)
            await RejectsAsync("OldReleaseNewFile", adding);
        else
            Assert.IsType<DuplicateDecision.Add>(await adding);
    }

    [Fact]
    public async Task A_compiled_wheel_is_rejected_if_the_last_releases_are_not_compiled()
    {
        await OpenAsync(_production, UploadGuardAction.Reject);
        await _production.AddWheelAsync("demo", "1.0");
        const string compiled = "demo-2.0-cp313-cp313-linux_x86_64.whl";
        await RejectsAsync("NewNativeCode", _production.AddAsync(compiled, WheelFile.Make("demo", "2.0")));
        await _production.AddAsync("other-2.0-cp313-cp313-linux_x86_64.whl", WheelFile.Make("other", "2.0"));
    }

    [Fact]
    public async Task A_release_of_several_files_can_be_promoted_long_after_its_upload()
    {
        await StageAsync();
        _staging.Clock.Advance(_month);
        _production.Clock.Advance(_month);
        Assert.Equal([Wheel, Sdist], (await PromoteAsync())!);
        Assert.Equal([Wheel, Sdist], await _production.FilesAsync("demo"));
    }

    [Fact]
    public async Task A_file_that_is_promoted_into_a_release_of_more_than_two_weeks_is_rejected()
    {
        await StageAsync();
        await PromoteAsync();
        _staging.Clock.Advance(_month);
        _production.Clock.Advance(_month);
        await _staging.AddAsync("demo-1.0-py2-none-any.whl", WheelFile.Make("demo", "1.0", "late = True"));
        await RejectsAsync("OldReleaseNewFile", PromoteAsync());
    }

    [Fact]
    public async Task An_upload_is_judged_though_there_is_no_memory_for_what_is_known_of_others()
    {
        using var folder = new HostedFolder(memory: 1);
        await OpenAsync(folder, UploadGuardAction.Reject);
        await folder.AddWheelAsync("demo", "0.9");
        await RejectsAsync("StartupFile", folder.AddAsync(Sdist, TarGz("demo-1.0", ("x.pth", "import os\n"))));
    }

    [Fact]
    public async Task What_is_damaged_is_not_promoted_and_told_to_be_damaged()
    {
        await StageAsync();
        var path = Directory.GetFiles(_staging.Path, Wheel, SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(path, new byte[new FileInfo(path).Length]);
        await OpenAsync(_staging, UploadGuardAction.Off);
        var broken = await Assert.ThrowsAsync<BrokenOffException>(PromoteAsync);
        Assert.Contains("are damaged. Upload it again.", broken.Message);
        Assert.Empty(await _production.PackagesAsync());
    }

    [Fact]
    public async Task Nothing_of_a_release_is_promoted_if_one_of_its_files_is_suspicious()
    {
        await StageAsync(("x.pth", "import os\n"));
        await RejectsAsync("StartupFile", PromoteAsync());
        Assert.Empty(await _production.PackagesAsync());
    }

    [Theory]
    [InlineData(ProjectStatus.Active)]
    [InlineData(ProjectStatus.Quarantined)]
    public async Task Each_suspicious_file_of_a_release_is_explained_also_in_quarantine(ProjectStatus status)
    {
        await OpenAsync(_production, UploadGuardAction.Report);
        await _production.AddWheelAsync("demo", "0.9");
        await _production.AddAsync(Wheel, WheelFile.Make("demo", "1.0"));
        await _production.AddAsync(Sdist, TarGz("demo-1.0", ("x.pth", "import os\n")));
        await _production.AddAsync("demo-1.0-cp313-cp313-linux_x86_64.whl", WheelFile.Make("demo", "1.0", "x = 1"));
        var project = ProjectName.Parse("demo");
        await _production.Repository.Releases.SetStatusAsync(project, status, null, "alice");
        var answer = await _production.Repository.ExplainAsync(project, "1.0", CancellationToken.None);
        var files = Assert.IsType<ProjectAnswer.Known>(answer).Snapshot.Files;
        Assert.Equal(
            [("demo-1.0-cp313-cp313-linux_x86_64.whl", "NewNativeCode"), (Sdist, "StartupFile")],
            files.SelectMany(file => file.Reported
                .Select(each => (file.Distribution.Name.FileName, each.Entry))).Order());
    }

    /// <summary>Uploads a wheel and a source distribution of demo 1.0, which come in this order.</summary>
    async Task StageAsync(params (string Name, string Content)[] members)
    {
        await OpenAsync(_staging, UploadGuardAction.Off);
        await OpenAsync(_production, UploadGuardAction.Reject);
        await _staging.AddWheelAsync("demo", "1.0");
        await _staging.AddAsync(Sdist, TarGz("demo-1.0", members));
    }

    Task<ImmutableArray<string>?> PromoteAsync() =>
        new Promotion(_staging.Repository, _production.Repository, Quantity.Parse("1Gi"), static _ => { })
            .RunAsync(ProjectName.Parse("demo"), "1.0", "alice", CancellationToken.None);

    static async Task OpenAsync(HostedFolder folder, UploadGuardAction action) =>
        (await folder.OpenAsync()).Settings = new HostedSettings { Guard = action };

    static async Task RejectsAsync(string rule, Task change)
    {
        var rejected = await Assert.ThrowsAsync<RejectedException>(() => change);
        Assert.Contains($"rule {rule} of spec.uploads.guard", rejected.Message, StringComparison.Ordinal);
    }

    static byte[] TarGz(string top, params (string Name, string Content)[] members)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (name, content) in members.Prepend(("PKG-INFO", "Metadata-Version: 2.1\nName: demo\n")))
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"{top}/{name}")
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                });
            }
        }
        return bytes.ToArray();
    }
}
