using System.Net;

namespace EndToEnd.Crashes.DiskFaults;

/// <summary>Lets each system call of an adoption fail.</summary>
[Collection(nameof(Alone))]
public sealed class AdoptionFaultTests
{
    const string Project = "lib";

    [DiskFaultTheory]
    [InlineData("syncfs", "")]
    [InlineData("openat", "/lib-1.0-py3-none-any.whl")]
    [InlineData("statx", "/lib-1.0-py3-none-any.whl")]
    [InlineData("pread64", "/lib-1.0-py3-none-any.whl")]
    [InlineData("fsync", "/lib-1.0-py3-none-any.whl")]
    [InlineData("openat", "/lib.jsonl")]
    [InlineData("pwrite64", "/lib.jsonl")]
    [InlineData("fsync", "/lib.jsonl")]
    [InlineData("fsync", "/projects")]
    public async Task A_file_that_may_not_be_on_disk_is_not_listed_and_is_reported(string call, string path)
    {
        var wheel = TestWheel.Create(Project, "1.0");
        await using var disk = await FaultyDisk.LaunchAsync(
            FaultyDisk.Manifest, call, path,
            folder =>
            {
                var packages = Directory.CreateDirectory(Path.Combine(folder, "packages")).FullName;
                var file = Path.Combine(packages, wheel.FileName);
                File.WriteAllBytes(file, wheel.Bytes);
                // It has been there for long enough to be adopted at once.
                File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
            });
        await Eventually.IsAsync("/status tells somebody", async () =>
            (await disk.Server.Http.GetStringAsync(new Uri(disk.Server.Management, "status"))).Contains(
                "Input/output error", StringComparison.Ordinal));
        await disk.Server.MustLogAsync("Input/output error");
        Assert.Null(await ShownAsync(disk));
        disk.Mend();
        await Eventually.IsAsync("it is listed", wheel.Sha256, () => ShownAsync(disk));
    }

    static async Task<string?> ShownAsync(FaultyDisk disk)
    {
        try
        {
            return (await DiskContents.ReadAsync(disk.Server, FaultyDisk.Repository, Project)).Values.SingleOrDefault();
        }
        catch (HttpRequestException error) when (error.StatusCode >= HttpStatusCode.InternalServerError)
        {
            return null;
        }
    }
}
