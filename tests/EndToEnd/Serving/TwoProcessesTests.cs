using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Serving;

/// <summary>A folder has one writer; whoever comes second says so, and does what it can.</summary>
public sealed class TwoProcessesTests
{
    static readonly TestWheel _wheel = TestWheel.Create("demo", "1.0");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_server_waits_unready_and_takes_over_when_the_first_ends(bool gracefully)
    {
        await using var first = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await first.MustTakeAsync("team", _wheel);
        await using var second = first.Another();
        await second.LaunchAsync();
        var holder = first.ProcessId.ToString(CultureInfo.InvariantCulture);

        using (var ready = await second.Http.GetAsync(new Uri(second.Management, "healthz/ready")))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Contains(holder, await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        using (var live = await second.Http.GetAsync(new Uri(second.Management, "healthz/live")))
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        var status = (await ServerStatus.ReadAsync(second))["team"];
        Assert.False(status.Ready);
        Assert.Contains(holder, status.Message, StringComparison.Ordinal);
        await second.MustLogAsync(holder);
        foreach (var path in (string[])["simple/", "simple/demo/", "simple/other/", $"packages/demo/{_wheel.FileName}",
            "pypi/demo/json"])
        {
            using var answer = await second.GetAsync($"team/{path}");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter!.Delta);
        }
        using (var upload = await TwineForm.SendAsync(second, "team", TwineForm.From(_wheel)))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, upload.StatusCode);
            Assert.NotNull(upload.Headers.RetryAfter!.Delta);
        }
        Assert.True(await first.ServesAsync("team", _wheel));

        if (gracefully)
            Assert.Equal(0, await first.StopAsync());
        else
            await first.KillAsync();
        await Eventually.IsAsync("the second takes over", second.IsReadyAsync);
        Assert.True(await second.ServesAsync("team", _wheel));
        await second.MustTakeAsync("team", TestWheel.Create("demo", "2.0"));
    }

    [Fact]
    public async Task An_import_without_a_server_takes_what_it_can_and_ends_with_1_if_something_was_rejected()
    {
        using var folder = Distributions(out var wheels);
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await server.StopAsync();
        (await ImportAsync(server, folder.Path))
            .MustSucceed().MustSay("Imported 3 files into team; 0 already existed");

        folder.Write("broken/broken-1.0-py3-none-any.whl", "no ZIP");
        folder.Write("notes.txt", "no distribution");
        File.CreateSymbolicLink(folder.At("dangling-1.0-py3-none-any.whl"), "nowhere");
        File.WriteAllBytes(folder.At("other", wheels[0].FileName), TestWheel.Create("one", "1.0", seed: 9).Bytes);
        var result = await ImportAsync(server, folder.Path);
        Assert.True(result.ExitCode == 1, result.ToString());
        result.MustSay("Imported 0 files into team; 3 already existed, 4 were rejected")
            .MustSay("broken-1.0-py3-none-any.whl")
            .MustSay("notes.txt").MustSay("dangling").MustSay("File already exists");

        Assert.Empty(FolderTree.Staged(server.GetFolder("team")));
        await server.StartAgainAsync();
        foreach (var wheel in wheels)
            Assert.True(await server.ServesAsync("team", wheel));
    }

    [Fact]
    public async Task An_import_next_to_a_running_server_waits_until_that_shows_the_files()
    {
        using var folder = Distributions(out var wheels);
        folder.Write("broken-1.0-py3-none-any.whl", "no ZIP");
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await server.MustTakeAsync("team", wheels[0]);
        var result = await ImportAsync(server, folder.Path);
        Assert.True(result.ExitCode == 1, result.ToString());
        result.MustSay("Imported 2 files into team; 1 already existed, 1 were rejected").MustSay("broken-1.0");
        foreach (var wheel in wheels)
            Assert.True(await server.ServesAsync("team", wheel));
        Assert.Empty(FolderTree.Staged(server.GetFolder("team")));
        (await ImportAsync(server, folder.Path)).MustSay("Imported 0 files into team; 3 already existed");
    }

    [Fact]
    public async Task An_import_into_a_missing_repository_says_so()
    {
        using var folder = Distributions(out _);
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        var result = await PyRepoProgram.RunAsync(
            "import", folder.Path, "--into", "nowhere", "-f", server.ManifestFile, "--data", server.Data);
        Assert.Equal(2, result.ExitCode);
        result.MustSay("nowhere").MustNotSay("Unhandled");
    }

    [Fact]
    public async Task An_import_without_data_reports_its_target_folder()
    {
        using var folder = Distributions(out _);
        using var work = new TemporaryFolder();
        var manifest = work.Write("manifest.yaml", Manifest.Create("team"));
        var import = new ProgramRun(
            PyRepoProgram.Path, "import", folder.Path, "--into", "team", "-f", manifest, "--management", "127.0.0.1:9")
        {
            Folder = work.Path,
        };
        (await import.RunAsync()).MustSucceed()
            .MustSay($"Importing into {work.At("data", "team")}. To import elsewhere, use --data.")
            .MustSay("Imported 3 files into team");
        Assert.True(Directory.Exists(work.At("data", "team")));
    }

    [Fact]
    public async Task An_import_without_data_asks_for_it_if_a_server_has_the_repository_elsewhere()
    {
        using var folder = Distributions(out _);
        using var work = new TemporaryFolder();
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        var import = new ProgramRun(
            PyRepoProgram.Path, "import", folder.Path, "--into", "team", "-f", server.ManifestFile,
            "--management", server.Management.Authority)
        {
            Folder = work.Path,
        };
        var result = await import.RunAsync();
        Assert.Equal(2, result.ExitCode);
        result
            .MustSay($"The server at {server.Management.Authority} serves 'team' from another folder than ./data/team.")
            .MustSay("Choose one with --data");
        Assert.False(Directory.Exists(work.At("data")));

        // In the folder that holds the server's data, nobody has to say so.
        var inPlace = import with { Folder = Path.GetDirectoryName(server.Data) };
        (await inPlace.RunAsync()).MustSucceed().MustSay($"Importing into {server.GetFolder("team")}")
            .MustSay("Imported 3 files into team");
    }

    [Fact]
    public async Task An_import_without_data_does_not_mistake_a_silent_server_for_none()
    {
        using var folder = Distributions(out _);
        using var work = new TemporaryFolder();
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var result = await new ProgramRun(
            PyRepoProgram.Path, "import", folder.Path, "--into", "team", "-f", server.ManifestFile,
            "--management", $"{silent.LocalEndpoint}")
        {
            Folder = work.Path,
        }.RunAsync();
        Assert.Equal(2, result.ExitCode);
        result.MustSay($"The server at {silent.LocalEndpoint} does not answer").MustSay("Choose one with --data");
        Assert.False(Directory.Exists(work.At("data")));
    }

    static Task<ProgramResult> ImportAsync(PyRepoServer server, string folder) => PyRepoProgram.RunAsync(
        "import", folder, "--into", "team", "-f", server.ManifestFile, "--data", server.Data);

    static TemporaryFolder Distributions(out TestWheel[] wheels)
    {
        var folder = new TemporaryFolder();
        wheels = [TestWheel.Create("one", "1.0"), TestWheel.Create("one", "2.0"), TestWheel.Create("two", "1.0")];
        foreach (var wheel in wheels)
            File.WriteAllBytes(folder.At("wheels", wheel.Project, wheel.FileName), wheel.Bytes);
        return folder;
    }
}
