using System.Security.Cryptography;

namespace EndToEnd.Crashes.DiskFaults;

/// <summary>Lets the system calls that read a stored file for a download fail.</summary>
[Collection(nameof(Alone))]
public sealed class ReadFaultTests
{
    const string Project = "lib";

    [DiskFaultTheory]
    [InlineData("pread64", 100, "Input/output error")]
    [InlineData("sendfile", 200_000, "sendfile(2) could not read it.")]
    public async Task A_download_that_the_disk_cannot_read_is_aborted_and_reported(
        string call, int payload, string message)
    {
        var wheel = TestWheel.Create(Project, "1.0", payload: payload);
        await using var disk = await FaultyDisk.StartAsync(FaultyChange.Manifest);
        using var uploaded = await TwineForm.SendAsync(
            disk.Server.Http, disk.Server.GetUrl(FaultyDisk.Repository), TwineForm.From(wheel), FaultyDisk.Credentials);
        Assert.True(uploaded.IsSuccessStatusCode);
        var told = await disk.FailuresToldAsync();
        var sites = await disk.RecordAsync(() => DownloadAsync(disk));
        var site = Assert.Single(sites.Distinct(), s => s.StartsWith(call, StringComparison.Ordinal));
        Assert.True(await disk.FailAsync(
            new PlannedFault(site, 0, DiskFault.InputOutput, IsForGood: false),
            async () => Assert.NotEqual(wheel.Sha256, await DownloadAsync(disk))));
        await Eventually.IsAsync("somebody is told", told + 1, disk.FailuresToldAsync);
        await disk.Server.MustLogAsync(message);
        Assert.Equal(wheel.Sha256, await DownloadAsync(disk));
    }

    /// <summary>Returns the SHA-256 of the file, or null if the connection broke.</summary>
    static async Task<string?> DownloadAsync(FaultyDisk disk)
    {
        var page = await ProjectPage.ReadAsync(disk.Server, FaultyDisk.Repository, Project);
        try
        {
            var bytes = await disk.Server.Http.GetByteArrayAsync(Assert.Single(page!.Files).Url);
            return Convert.ToHexStringLower(SHA256.HashData(bytes));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
