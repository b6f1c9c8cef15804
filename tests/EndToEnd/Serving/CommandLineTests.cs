using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Serving;

/// <summary>What the program says when it is called, rightly or not.</summary>
public sealed class CommandLineTests
{
    /// <summary>The samples that need no other service. BucketTests serves the one that needs MinIO.</summary>
    public static TheoryData<string> Samples =>
    [
        .. Directory.GetFiles(SourceTree.At("config", "samples"), "*.yaml")
            .Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public async Task The_help_names_every_command_and_option()
    {
        var help = (await PyRepoProgram.RunAsync("--help")).MustSucceed();
        help.MustSay("serve").MustSay("check").MustSay("import").MustSay("completion");
        foreach (var (command, options) in new[]
        {
            ("serve", (string[])["-f", "FILE_OR_FOLDER", "--data", "./data", "--listen", "127.0.0.1:8080",
                "--tls-cert", "--tls-key", "--management", "127.0.0.1:8081", "--root", "--drain"]),
            ("check", ["-f"]),
            ("import", ["FOLDER", "--into", "NAME", "-f", "--data", "--management"]),
            ("completion", ["bash", "zsh", "fish"]),
        })
        {
            var said = (await PyRepoProgram.RunAsync(command, "--help")).MustSucceed();
            foreach (var option in options)
                said.MustSay(option);
        }
        (await PyRepoProgram.RunAsync("--version")).MustSucceed();
    }

    [Theory]
    [InlineData("", "a command is missing")]
    [InlineData("bogus", "unknown command 'bogus'.")]
    [InlineData("serv -f MANIFEST", "unknown command 'serv'. Did you mean 'serve'?")]
    [InlineData("serve", "Option '-f' is required")]
    [InlineData("serve --bogus -f MANIFEST", "unknown option '--bogus'.")]
    [InlineData("serve -f MANIFEST --bogus", "unknown option '--bogus'.")]
    [InlineData("serve -f MANIFEST --lisen 127.0.0.1:0", "unknown option '--lisen'. Did you mean '--listen'?")]
    [InlineData("serve -f", "'-f'")]
    [InlineData("check", "Option '-f' is required")]
    [InlineData("check -f MANIFEST --data DATA", "unknown option '--data'.")]
    [InlineData("check MANIFEST", "unexpected argument 'MANIFEST'")]
    [InlineData("serve -f MANIFEST --listen nowhere", "--listen: 'nowhere' is not ADDRESS:PORT")]
    [InlineData("serve -f MANIFEST --listen 127.0.0.1", "--listen")]
    [InlineData("serve -f MANIFEST --listen 127.0.0.1:99999", "--listen")]
    [InlineData("serve -f MANIFEST --listen :8080", "--listen")]
    [InlineData("serve -f MANIFEST --management 300.0.0.1:1", "--management")]
    [InlineData("serve -f MANIFEST --drain soon", "--drain: 'soon' is not a number of seconds")]
    [InlineData("serve -f MANIFEST --drain -1", "--drain")]
    [InlineData("serve -f MANIFEST --drain 99999999", "--drain: '99999999' is not a number of seconds from 0 to 3600")]
    [InlineData("serve -f MANIFEST --tls-cert a.pem", "--tls-cert and --tls-key are used together")]
    [InlineData("serve -f MANIFEST --tls-key a.pem", "--tls-cert and --tls-key are used together")]
    [InlineData("serve -f MANIFEST --root nowhere --data DATA", "--root nowhere: there is no resource")]
    [InlineData("import nowhere --into team -f MANIFEST", "'nowhere'")]
    [InlineData("import . --into nowhere -f MANIFEST", "--into nowhere: there is no PythonRepository")]
    [InlineData("import . --into tema -f MANIFEST", "Did you mean 'team'?")]
    [InlineData("-v", "unknown option '-v'.\n")]
    public async Task A_usage_error_exits_with_status_2_and_names_the_mistake_first(
        string arguments, string mistake)
    {
        using var folder = new TemporaryFolder();
        var manifest = folder.Write("manifest.yaml", Manifest.Create("team"));
        var result = await RunAsync(folder, arguments);
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains(
            mistake.Replace("MANIFEST", manifest, StringComparison.Ordinal), result.Error.Split('\n')[0] + "\n",
            StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.False(Directory.Exists(folder.At("data")));
    }

    [Theory]
    [InlineData("serve -f nowhere.yaml")]
    [InlineData("check -f nowhere.yaml")]
    [InlineData("serve -f MANIFEST --data MANIFEST --listen 127.0.0.1:0 --management 127.0.0.1:0")]
    [InlineData("serve -f MANIFEST --data DATA --listen 192.0.2.1:0 --management 127.0.0.1:0")]
    [InlineData("serve -f MANIFEST --data DATA --tls-cert nowhere.pem --tls-key nowhere.pem")]
    [InlineData("serve -f MANIFEST --data DATA --tls-cert MANIFEST --tls-key MANIFEST")]
    [InlineData("import . --into team -f MANIFEST --data MANIFEST")]
    public async Task A_failure_is_explained_and_exits_with_status_1(string arguments)
    {
        using var folder = new TemporaryFolder();
        folder.Write("manifest.yaml", Manifest.Create("team"));
        var result = await RunAsync(folder, arguments);
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.NotEmpty(result.Error.Trim());
        result.MustNotSay("Unhandled exception").MustNotSay("   at PyRepo").MustNotSay("System.");
    }

    [Theory]
    [InlineData("--listen", "--management")]
    [InlineData("--management", "--listen")]
    public async Task A_port_in_use_is_reported_in_one_message(string taken, string free)
    {
        using var folder = new TemporaryFolder();
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var address = holder.LocalEndpoint.ToString()!;
        var result = await PyRepoProgram.RunAsync(
            "serve", "-f", folder.Write("manifest.yaml", Manifest.Create("team")), "--data", folder.At("data"),
            taken, address, free, "127.0.0.1:0");
        Assert.True(result.ExitCode == 1, result.ToString());
        // What the log says of the repositories, which are opened before anybody can ask for them, stands before it.
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !line.StartsWith('{'));
        result.MustSay(address).MustNotSay("Unhandled");
    }

    [Theory]
    [InlineData("-")]
    [InlineData("/dev/stdin")]
    public async Task Check_reads_manifests_from_standard_input(string stdin)
    {
        var right = new ProgramRun(PyRepoProgram.Path, "check", "-f", stdin) { Input = Manifest.Create("team") };
        (await right.RunAsync()).MustSucceed().MustSay("1 resource, no problems");
        var wrong = await (right with { Input = Manifest.Create("team", "{ upload: 1 }") }).RunAsync();
        Assert.Equal(1, wrong.ExitCode);
        wrong.MustSay("<stdin>:4:9: spec.upload");
        (await (right with { Input = "" }).RunAsync()).MustSay("<stdin>: contains no PythonRepository").MustFail();
    }

    [Fact]
    public async Task Check_takes_the_samples_of_each_release_in_each_version()
    {
        var files = SourceTree.Files("tests/PyRepo.Resources.Tests/Samples/Releases", ".yaml")
            // It names Secrets that it does not have.
            .Where(file => Path.GetFileName(file) != "all-fields.yaml").ToList();
        Assert.NotEmpty(files);
        foreach (var (file, version) in files.SelectMany(file => new[] { (file, "v1alpha1"), (file, "v1beta1") }))
        {
            var text = SourceTree.Read(file).Replace(
                "apiVersion: pyrepo.dev/v1alpha1", $"apiVersion: pyrepo.dev/{version}", StringComparison.Ordinal);
            (await new ProgramRun(PyRepoProgram.Path, "check", "-f", "-") { Input = text }.RunAsync())
                .MustSucceed().MustSay("no problems");
        }
    }

    [Fact]
    public async Task A_pipe_is_read_like_a_file()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("manifest.yaml", Manifest.Create("team"));
        (await new ProgramRun("bash", "-c", $"'{PyRepoProgram.Path}' check -f <(cat '{file}')").RunAsync())
            .MustSucceed().MustSay("no problem");
    }

    [Fact]
    public async Task A_folder_of_other_YAML_is_checked_and_what_was_skipped_is_one_line()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.yaml", Manifest.Create("team"));
        folder.Write("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\n---\napiVersion: v1\nkind: Service\n");
        folder.Write("values.yaml", "image: nginx\n");
        folder.Write("template.yaml", "name: {{ .Values.name }}-x\n");
        var check = (await PyRepoProgram.RunAsync("check", "-f", folder.Path)).MustSucceed();
        check.MustSay("1 resource, no problems");
        Assert.Equal(
            $"skipped: {folder.At("deployment.yaml")} (Deployment, Service), "
            + $"{folder.At("values.yaml")} (not a Kubernetes object)", check.Error.Split('\n')[0]);
        Assert.Matches(@"warning: .*/template\.yaml:1:\d+: is not YAML: .*; skipped", check.Error);
        (await PyRepoProgram.RunAsync("check", "-f", folder.At("values.yaml"))).MustFail();
        (await PyRepoProgram.RunAsync("check", "-f", folder.At("deployment.yaml"))).MustFail()
            .MustSay("deployment.yaml: contains no PythonRepository");
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Each_sample_is_valid_and_is_served(string sample)
    {
        var file = SourceTree.At("config", "samples", sample);
        (await PyRepoProgram.RunAsync("check", "-f", file)).MustSucceed().MustSay("no problem");
        await using var server = await PyRepoServer.StartFromAsync(file);
        Assert.Equal(HttpStatusCode.OK, await server.StatusOfAsync(""));
        Assert.NotEmpty((await ServerStatus.ReadAsync(server)).Repositories);
    }

    [Fact]
    public async Task The_users_of_the_sample_have_the_passwords_that_it_names()
    {
        await using var server = await PyRepoServer.StartFromAsync(
            SourceTree.At("config", "samples", "pythonrepository-users.yaml"));
        var (alice, bob) = (TwineForm.Basic("alice", "correct-horse"), TwineForm.Basic("bob", "battery-staple"));
        var wheel = TestWheel.Create("acme-tool", "1.0");
        Assert.Equal(HttpStatusCode.Forbidden, await server.UploadStatusAsync("team-b", wheel, bob));
        Assert.Equal(HttpStatusCode.OK, await server.UploadStatusAsync("team-b", wheel, alice));
        Assert.Equal(HttpStatusCode.OK, await server.StatusOfAsync("team-b/simple/acme-tool/", bob));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.StatusOfAsync("team-b/simple/acme-tool/"));
    }

    /// <summary>Runs the program in a folder, in whose place the words MANIFEST and DATA stand.</summary>
    static Task<ProgramResult> RunAsync(TemporaryFolder folder, string arguments)
    {
        var words = arguments.Replace("MANIFEST", folder.At("manifest.yaml"), StringComparison.Ordinal)
            .Replace("DATA", folder.At("data"), StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new ProgramRun(PyRepoProgram.Path, words) { Folder = folder.Path }.RunAsync();
    }
}
