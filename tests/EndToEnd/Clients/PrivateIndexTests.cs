namespace EndToEnd.Clients;

/// <summary>An index that asks every reader who it is.</summary>
public sealed class PrivateIndexTests(PrivateServer server, ITestOutputHelper output)
    : IClassFixture<PrivateServer>, IDisposable
{
    readonly ClientHome _home = new();

    public void Dispose()
    {
        server.Server.ShowLog(output);
        _home.Dispose();
    }

    [Theory]
    [ClientData("pip")]
    [ClientData("pip-22.3")]
    [ClientData("pip-19.3")]
    [ClientData("uv")]
    [ClientData("debian/pip", Package = "python3-pip")]
    public async Task With_the_password_in_the_URL_a_client_installs(string client)
    {
        var target = _home.New("target");
        (await InstallAsync(client, server.IndexWith(Uri.EscapeDataString(PrivateServer.Password)), target))
            .MustSucceed();
        Assert.Equal("1.0", await VersionInAsync(target));
    }

    [Theory]
    [ClientData("pip")]
    [ClientData("uv")]
    public async Task With_the_password_in_netrc_a_client_installs(string client)
    {
        _home.Write("home/.netrc", $"machine 127.0.0.1\nlogin reader\npassword {PrivateServer.Password}\n");
        var target = _home.New("target");
        (await InstallAsync(client, server.Index, target)).MustSucceed();
        Assert.Equal("1.0", await VersionInAsync(target));
    }

    /// <summary>As in a Docker build with a secret.</summary>
    [Theory]
    [ClientData("pip")]
    [ClientData("pip-22.3")]
    [ClientData("uv")]
    public async Task With_the_password_in_the_file_that_NETRC_names_a_client_installs(string client)
    {
        _home.Environment["NETRC"] =
            _home.Write("secret", $"machine 127.0.0.1\nlogin reader\npassword {PrivateServer.Password}\n");
        var target = _home.New("target");
        (await InstallAsync(client, server.Index, target)).MustSucceed();
        Assert.Equal("1.0", await VersionInAsync(target));
    }

    [ClientFact]
    public async Task Poetry_installs_with_the_password_in_a_variable()
    {
        var app = _home.Folder("app");
        _home.Write("app/pyproject.toml", $"""
            [project]
            name = "app"
            version = "0.1"
            requires-python = ">=3.11,<4"
            dependencies = []

            [tool.poetry]
            package-mode = false

            [[tool.poetry.source]]
            name = "ours"
            url = "{server.Index}"
            priority = "primary"

            """);
        _home.Environment["POETRY_HTTP_BASIC_OURS_USERNAME"] = "reader";
        _home.Environment["POETRY_HTTP_BASIC_OURS_PASSWORD"] = PrivateServer.Password;
        (await _home.RunInAsync(app, "poetry", "add", PrivateServer.Project)).MustSucceed();
        Assert.Equal("1.0", await _home.PythonInAsync(app, PrintVersion));
    }

    [Theory]
    [ClientData("pip")]
    [ClientData("pip-22.3")]
    [ClientData("pip-19.3")]
    [ClientData("uv")]
    [ClientData("debian/pip", Package = "python3-pip")]
    public async Task With_a_wrong_password_or_none_nothing_is_installed(string client)
    {
        (await InstallAsync(client, server.IndexWith("wrong"), _home.New("wrong"))).MustFail();
        (await InstallAsync(client, server.Index, _home.New("none"))).MustFail();
    }

    const string PrintVersion = $"import importlib.metadata as m; print(m.version('{PrivateServer.Project}'))";

    Task<string> VersionInAsync(string target) => _home.PythonAsync(target, PrintVersion);

    Task<ProgramResult> InstallAsync(string client, string index, string target)
    {
        string[] command = client == "uv" ? ["pip", "install", "--python", "/usr/bin/python3"] : ["install"];
        return _home.RunAsync(client, [.. command, "--index-url", index, "--target", target, PrivateServer.Project]);
    }
}
