using System.Diagnostics;
using System.Net;

namespace EndToEnd.Serving;

/// <summary>What else lies in a folder, besides distributions, hangs nothing and ends nothing.</summary>
public sealed class StrayEntriesTests
{
    [Fact]
    public async Task Uploads_adoption_and_SIGTERM_work_beside_a_backslash_a_FIFO_and_links_in_a_circle()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        var folder = new DroppedFiles(server);
        await PutStrayEntriesAsync(folder.GetFolder("team"));
        foreach (var entry in (string[])["a\\b.whl", "one", "two", "pipe-1.0.tar.gz"])
            await folder.UntilRefusedAsync("team", $"packages/{entry}");

        var (adopted, uploaded) = (TestWheel.Create("adopted", "1.0"), TestWheel.Create("uploaded", "1.0"));
        folder.Drop("team", adopted, "zzz");
        await folder.UntilServedAsync("team", adopted);
        await server.MustTakeAsync("team", uploaded);
        File.Delete(folder.GetPath("team", adopted, "zzz"));
        await Eventually.IsAsync(
            "the removed file is missed", async () => !await server.ServesAsync("team", adopted));
        await server.MustLogAsync("pipe-1.0");
        Assert.Single(server.LogText().Split('\n'), line => line.Contains("pipe-1.0", StringComparison.Ordinal));
        Assert.Equal(0, await server.StopAsync().WaitAsync(Eventually.Deadline));

        await server.StartAgainAsync();
        await folder.UntilRefusedAsync("team", "packages/pipe-1.0.tar.gz");
        Assert.True(await server.ServesAsync("team", uploaded));
        Assert.Equal(0, await server.StopAsync().WaitAsync(Eventually.Deadline));
    }

    [Fact]
    public async Task An_import_rejects_stray_entries_and_imports_the_rest()
    {
        using var folder = new TemporaryFolder();
        var wheel = TestWheel.Create("good", "1.0");
        await PutStrayEntriesAsync(folder.Folder("in"));
        File.WriteAllBytes(folder.At("in", wheel.FileName), wheel.Bytes);
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        for (var i = 0; i < 2; i++)
        {
            var result = await PyRepoProgram.RunAsync(
                "import", folder["in"], "--into", "team", "-f", server.ManifestFile, "--data", server.Data)
                .WaitAsync(Eventually.Deadline);
            Assert.True(result.ExitCode == 1, result.ToString());
            result.MustSay($"Imported {1 - i} files into team; {i} already existed, 4 were rejected")
                .MustSay("a\\b.whl: Its name contains a backslash").MustSay("one: It is a symbolic link")
                .MustSay("two: It is a symbolic link").MustSay("pipe-1.0.tar.gz: It is neither a file nor a folder");
        }
        Assert.True(await server.ServesAsync("team", wheel));
    }

    [Fact]
    public async Task Thousands_of_refused_files_leave_the_status_small_and_their_number_in_it()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        var packages = new DroppedFiles(server).GetFolder("team");
        for (var i = 0; i < 2_500; i++)
            File.WriteAllText(Path.Combine(packages, $"{i}-{new string('x', 150)}.txt"), "");
        await Eventually.IsAsync(
            "all are refused", async () => (await ServerStatus.ReadAsync(server))["team"].RefusedCount == 2_500);
        var status = await server.Http.GetByteArrayAsync(new Uri(server.Management, "status"));
        Assert.InRange(status.Length, 1_000, 60 * 1024);
        Assert.NotEmpty((await ServerStatus.ReadAsync(server))["team"].Refused);
        using var metrics = await server.Http.GetAsync(new Uri(server.Management, "metrics"));
        Assert.Equal(HttpStatusCode.OK, metrics.StatusCode);
        Assert.Contains(
            "pyrepo_background_failures_total{repository=\"team\",loop=\"adoption\"} 0",
            await metrics.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    static async Task PutStrayEntriesAsync(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "a\\b.whl"), "");
        File.CreateSymbolicLink(Path.Combine(folder, "one"), ".");
        File.CreateSymbolicLink(Path.Combine(folder, "two"), ".");
        using var made = Process.Start("mkfifo", Path.Combine(folder, "pipe-1.0.tar.gz"));
        await made.WaitForExitAsync();
    }
}
