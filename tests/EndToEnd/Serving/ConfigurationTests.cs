using System.Net;
using System.Text.RegularExpressions;

namespace EndToEnd.Serving;

/// <summary>
/// The manifest is the configuration: what is wrong in it, what of it does nothing yet, and what a change of it does.
/// </summary>
public sealed class ConfigurationTests
{
    static readonly string _broken = Manifest.Create("team", "{ uploads: { maxFileSize: lots, overwrites: Always } }");

    [Fact]
    public async Task Broken_manifests_make_check_and_serve_fail_and_list_all_problems_with_positions()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("broken.yaml", _broken);
        string[] serve =
            ["serve", "--data", folder.At("data"), "--listen", "127.0.0.1:0", "--management", "127.0.0.1:0"];
        foreach (var command in (string[][])[["check"], serve])
        {
            var result = await PyRepoProgram.RunAsync([command[0], "-f", file, .. command[1..]]);
            Assert.True(result.ExitCode == 1, result.ToString());
            Assert.Matches($@"{Regex.Escape(file)}:4:\d+: spec\.uploads\.maxFileSize", result.Error);
            Assert.Matches($@"{Regex.Escape(file)}:4:\d+: spec\.uploads\.overwrites", result.Error);
            Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(folder.At("data")));
    }

    [Theory]
    [InlineData("kind: [unclosed\n")]
    [InlineData("")]
    [InlineData("apiVersion: pyrepo.dev/v1alpha1\nkind: PythonRepository\nmetadata: { name: team }\n\tspec: {}\n")]
    public async Task Invalid_or_empty_YAML_makes_check_exit_with_status_1(string text)
    {
        using var folder = new TemporaryFolder();
        var result = await PyRepoProgram.RunAsync("check", "-f", folder.Write("broken.yaml", text));
        Assert.True(result.ExitCode == 1, result.ToString());
        result.MustSay("broken.yaml").MustNotSay("Unhandled exception");
    }

    [Fact]
    public async Task A_running_server_keeps_the_last_valid_manifest_until_it_is_fixed()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await server.MustTakeAsync("team", TestWheel.Create("demo", "1.0"));
        var hash = (await ServerStatus.ReadAsync(server)).Hash;
        File.WriteAllText(server.ManifestFile, _broken);
        await UntilAsync(server, status => status.Problems.Count == 2);
        var broken = await ServerStatus.ReadAsync(server);
        Assert.All(broken.Problems, p => Assert.Matches(@"manifest\.yaml:4:\d+: spec\.uploads\.", p.Message));
        Assert.Equal(hash, broken.Hash);
        Assert.Equal(HttpStatusCode.OK, await server.StatusOfAsync("team/simple/demo/"));
        Assert.True(await server.IsReadyAsync());

        File.WriteAllText(server.ManifestFile, Manifest.All(Manifest.Create("team"), Manifest.Create("mended")));
        await UntilAsync(server, status => status.Problems.Count == 0);
        Assert.Equal(HttpStatusCode.OK, await server.StatusOfAsync("mended/simple/"));
        Assert.Equal(HttpStatusCode.OK, await server.StatusOfAsync("team/simple/demo/"));
    }

    [Fact]
    public async Task A_temporarily_missing_manifest_changes_nothing()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        var text = File.ReadAllText(server.ManifestFile);
        File.Delete(server.ManifestFile);
        await UntilAsync(server, status => status.Problems.Count == 1);
        Assert.Equal(HttpStatusCode.OK, await server.StatusOfAsync("team/simple/"));
        File.WriteAllText(server.ManifestFile, text);
        await UntilAsync(server, status => status.Problems.Count == 0);
    }

    [Fact]
    public async Task A_repository_comes_and_goes_with_its_document_and_keeps_its_data()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        var wheel = TestWheel.Create("demo", "1.0");
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(HttpStatusCode.NotFound, await server.StatusOfAsync("second/simple/"));
            File.WriteAllText(server.ManifestFile, Manifest.All(Manifest.Create("team"), Manifest.Create("second")));
            await UntilStatusAsync(server, "second/simple/", HttpStatusCode.OK);
            if (round == 0)
                await server.MustTakeAsync("second", wheel);
            Assert.True(await server.ServesAsync("second", wheel));
            File.WriteAllText(server.ManifestFile, Manifest.Create("team"));
            await UntilStatusAsync(server, "second/simple/", HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task A_password_that_was_changed_or_removed_no_longer_works()
    {
        const string spec = "{ access: { usersSecretRef: { name: users } } }";
        await using var server = await PyRepoServer.StartAsync(
            Manifest.All(Manifest.Create("team", spec), Manifest.AliceAndBob("users")));
        var (alice, bob) = (TwineForm.Basic("alice", "correct-horse"), TwineForm.Basic("bob", "battery-staple"));
        Assert.Equal(HttpStatusCode.OK, await server.UploadStatusAsync("team", TestWheel.Create("demo", "1.0"), alice));
        Assert.Equal(HttpStatusCode.OK, await server.UploadStatusAsync("team", TestWheel.Create("demo", "1.1"), bob));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.UploadStatusAsync(
            "team", TestWheel.Create("demo", "1.1"), TwineForm.Basic("alice", "wrong")));

        File.WriteAllText(
            server.ManifestFile,
            Manifest.All(Manifest.Create("team", spec), Manifest.User("users", "alice", "sé:cret")));
        var renewed = TwineForm.Basic("alice", "sé:cret");
        await Eventually.IsAsync("the new password works", HttpStatusCode.OK,
            async () => await server.UploadStatusAsync("team", TestWheel.Create("demo", "1.0"), renewed));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.UploadStatusAsync(
            "team", TestWheel.Create("demo", "1.2"), alice));
        Assert.Equal(
            HttpStatusCode.Unauthorized, await server.UploadStatusAsync("team", TestWheel.Create("demo", "1.3"), bob));
        Assert.Equal(
            HttpStatusCode.OK, await server.UploadStatusAsync("team", TestWheel.Create("demo", "1.4"), renewed));
    }

    [Fact]
    public async Task A_changed_overwrite_counts_from_the_next_upload_on()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await server.MustTakeAsync("team", TestWheel.Create("demo", "1.0"));
        var other = TestWheel.Create("demo", "1.0", seed: 1);
        var publisher = TwineForm.Publisher(server, "team");
        Assert.Equal(HttpStatusCode.BadRequest, await server.UploadStatusAsync("team", other, publisher));
        File.WriteAllText(server.ManifestFile, Manifest.Create("team", "{ uploads: { overwrite: Always } }"));
        await Eventually.IsAsync("the upload is taken", HttpStatusCode.OK,
            async () => await server.UploadStatusAsync("team", other, publisher));
        Assert.True(await server.ServesAsync("team", other));
    }

    [Fact]
    public async Task A_suspended_repository_answers_503_and_works_again_afterwards()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await server.MustTakeAsync("team", TestWheel.Create("demo", "1.0"));
        File.WriteAllText(server.ManifestFile, Manifest.Create("team", "{ suspend: true }"));
        await UntilStatusAsync(server, "team/simple/demo/", HttpStatusCode.ServiceUnavailable);
        File.WriteAllText(server.ManifestFile, Manifest.Create("team"));
        await UntilStatusAsync(server, "team/simple/demo/", HttpStatusCode.OK);
    }

    static Task<TimeSpan> UntilAsync(PyRepoServer server, Func<ServerStatus, bool> so) => Eventually.IsAsync(
        "the status says so", async () => so(await ServerStatus.ReadAsync(server)));

    static Task<TimeSpan> UntilStatusAsync(PyRepoServer server, string path, HttpStatusCode status) =>
        Eventually.IsAsync(
        $"{path} answers {status}", async () => await server.StatusOfAsync(path) == status);
}
