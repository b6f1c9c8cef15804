namespace EndToEnd.Clients;

/// <summary>Builds that fetch their backend from the index, as they do from the public one.</summary>
public sealed class BuildTests(BackendServer backends, ITestOutputHelper output)
    : IClassFixture<BackendServer>, IDisposable
{
    readonly ClientHome _home = new();

    public void Dispose()
    {
        backends.Server.ShowLog(output);
        _home.Dispose();
    }

    [ClientFact]
    public async Task Build_fetches_flit_core()
    {
        var project = new PythonProject(_home, "isolated-flit", BuildBackend.FlitCore).Write("built");
        _home.Environment["PIP_INDEX_URL"] = backends.Index;
        (await _home.RunInAsync(project.Folder, "build", "--wheel")).MustSucceed();
        Assert.True(File.Exists(project.Files[0]));
    }

    [Theory]
    [ClientData("debian/pyproject-build", Package = "python3-build")]
    public async Task Build_of_2022_fetches_setuptools(string client)
    {
        var project = new PythonProject(_home, "isolated-setuptools", BuildBackend.Setuptools).Write("built");
        _home.Environment["PIP_INDEX_URL"] = backends.Index;
        (await _home.RunInAsync(project.Folder, client, "--wheel")).MustSucceed();
        Assert.True(File.Exists(project.Files[0]));
    }

    [ClientFact]
    public async Task Uv_build_fetches_hatchling()
    {
        var project = new PythonProject(_home, "isolated-uv", BuildBackend.Hatchling).Write("built");
        (await _home.RunInAsync(project.Folder, "uv", "build", "--default-index", backends.Index)).MustSucceed();
        Assert.All(project.Files, f => Assert.True(File.Exists(f)));
    }

    [ClientFact]
    public async Task Hatch_build_fetches_hatchling()
    {
        var project = new PythonProject(_home, "isolated-hatch", BuildBackend.Hatchling).Write("built");
        _home.Environment["PIP_INDEX_URL"] = _home.Environment["UV_INDEX_URL"] = backends.Index;
        (await _home.RunInAsync(project.Folder, "hatch", "build")).MustSucceed();
        Assert.All(project.Files, f => Assert.True(File.Exists(f)));
    }

    [ClientFact]
    public async Task Pdm_build_fetches_pdm_backend()
    {
        var project = new PythonProject(_home, "isolated-pdm", BuildBackend.PdmBackend).Write("built");
        await File.AppendAllTextAsync(Path.Combine(project.Folder, "pyproject.toml"), $"""

            [[tool.pdm.source]]
            name = "pypi"
            url = "{backends.Index}"
            """);
        (await _home.RunInAsync(project.Folder, "pdm", "build")).MustSucceed();
        Assert.All(project.Files, f => Assert.True(File.Exists(f)));
    }

    [ClientFact]
    public async Task Pip_installs_a_project_from_its_sources_and_fetches_poetry_core()
    {
        var project = new PythonProject(_home, "isolated-pip", BuildBackend.PoetryCore).Write("built");
        var target = _home.New("target");
        (await _home.RunAsync("pip", "install", "--index-url", backends.Index, "--target", target, project.Folder))
            .MustSucceed();
        Assert.Equal("built", await _home.PythonAsync(target, $"import {project.Module} as m; print(m.value)"));
    }
}
