using System.Net;

namespace EndToEnd.Clients;

/// <summary>Every command that a page shows does what the page says, typed as it stands.</summary>
public sealed class PageCommandsTests(PageCommandsServer server, ITestOutputHelper output)
    : IClassFixture<PageCommandsServer>, IDisposable
{
    readonly ClientHome _home = CreateHome();

    public void Dispose()
    {
        server.Server.ShowLog(output);
        _home.Dispose();
    }

    [ClientTheory]
    [InlineData("pypi/")]
    [InlineData("pypi/project/demo/")]
    [InlineData("pypi/project/demo/1!2.0/")]
    [InlineData("private/")]
    [InlineData("private/project/demo/")]
    [InlineData("all/")]
    [InlineData("all/project/demo/")]
    [InlineData("public/")]
    public async Task A_shown_command_installs(string page)
    {
        var shown = await ShownCommands.ReadAsync(server.Server, page, PageCommandsServer.Reader);
        foreach (var (tool, commands) in shown.Tools.Where(tool => IsInstall(tool.Commands)))
        {
            var app = NewApp(tool, "app");
            foreach (var command in commands)
            {
                (await TypeAsync(app, command.Replace("PROJECT", PageCommandsServer.Project, StringComparison.Ordinal)))
                    .MustSucceed();
            }
            await MustHaveDemoAsync(app, tool);
        }
    }

    [ClientTheory]
    [InlineData("pypi/")]
    [InlineData("private/")]
    [InlineData("all/")]
    public async Task A_shown_command_uploads(string page)
    {
        var shown = await ShownCommands.ReadAsync(server.Server, page, PageCommandsServer.Publisher);
        var tools = shown.Tools.Where(tool => !IsInstall(tool.Commands)).ToList();
        Assert.NotEmpty(tools);
        var repository = page.TrimEnd('/');
        foreach (var (tool, commands) in tools)
        {
            var wheel = TestWheel.Create($"by-{tool}-{repository}", "1.0");
            var app = NewApp(tool, $"by-{tool}-{repository}");
            Directory.CreateDirectory(Path.Combine(app, "dist"));
            await File.WriteAllBytesAsync(Path.Combine(app, "dist", wheel.FileName), wheel.Bytes);
            foreach (var command in commands)
                (await TypeAsync(app, command, "pub")).MustSucceed();
            using var answer = await server.GetAsync($"{repository}/simple/by-{tool}-{repository}/");
            Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{tool}: {string.Join('\n', commands)}");
        }
    }

    /// <summary>The reserved name is not uploaded yet, and a stranger has registered it where the tool looks by default.</summary>
    [ClientFact]
    public async Task A_reserved_name_does_not_come_from_a_stranger()
    {
        _home.Environment["UV_DEFAULT_INDEX"] = _home.Environment["PIP_INDEX_URL"] =
            server.Server.IndexOf("stranger").ToString();
        var shown = await ShownCommands.ReadAsync(server.Server, "all/", PageCommandsServer.Reader);
        var tools = shown.Tools.Where(tool => tool.Tool is "pip" or "uv" && IsInstall(tool.Commands));
        foreach (var (tool, commands) in tools)
        {
            var command = commands[^1].Replace("PROJECT", PageCommandsServer.Reserved, StringComparison.Ordinal);
            var app = NewApp(tool, "app");
            foreach (var before in commands.SkipLast(1))
                (await TypeAsync(app, before)).MustSucceed();
            (await TypeAsync(app, command)).MustFail();
        }
    }

    /// <summary>A version from upstream may be any text.</summary>
    [ClientFact]
    public async Task A_version_that_is_none_is_in_no_command()
    {
        using var answer = await server.GetAsync(
            $"odd/project/demo/{Uri.EscapeDataString(PageCommandsServer.OddVersion)}/", "text/html");
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("Installers cannot ask for this version", html, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"sh\"", html, StringComparison.Ordinal);
    }

    static bool IsInstall(IReadOnlyList<string> commands) =>
        !commands.Any(command => command.Contains("publish", StringComparison.Ordinal)
            || command.StartsWith("twine upload", StringComparison.Ordinal));

    static ClientHome CreateHome()
    {
        var home = new ClientHome();
        home.Environment.Remove("PIP_NO_INPUT");
        home.Environment.Remove("UV_NO_CONFIG");
        home.Environment["TERM"] = "xterm";
        return home;
    }

    /// <summary>The folder of a project whose tool it is.</summary>
    string NewApp(string tool, string name)
    {
        var folder = $"{tool}-{Guid.NewGuid():N}";
        _home.Folder(folder);
        return Path.GetDirectoryName(_home.Write($"{folder}/pyproject.toml", $"""
            [project]
            name = "{name}"
            version = "1.0"
            requires-python = ">=3.11,<4"
            dependencies = []

            [tool.pdm]
            distribution = {(tool == "pdm" && name != "app" ? "true" : "false")}

            {(tool == "poetry" && name == "app" ? "[tool.poetry]\npackage-mode = false" : "")}

            """))!;
    }

    /// <summary>Types a command as the tool's user, who has put the tool on the PATH.</summary>
    async Task<ProgramResult> TypeAsync(string app, string command, string user = "rea")
    {
        var tool = command.Split(' ')[0];
        _home.Environment["PATH"] = $"{await PythonClients.FolderOfAsync(tool)}:/usr/bin:/bin";
        if (tool == "pip")
            _home.Environment["PIP_TARGET"] = Path.Combine(app, "target");
        return await Terminal.TypeAsync(_home, app, command, user, PageCommandsServer.Password);
    }

    async Task MustHaveDemoAsync(string app, string tool)
    {
        const string code = $"import importlib.metadata as m; print(m.version('{PageCommandsServer.Project}'))";
        var version = tool == "pip"
            ? await _home.PythonAsync(Path.Combine(app, "target"), code) : await _home.PythonInAsync(app, code);
        Assert.Matches("^(1.0|1!2.0)$", version);
    }
}
