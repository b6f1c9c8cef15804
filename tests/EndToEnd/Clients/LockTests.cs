namespace EndToEnd.Clients;

/// <summary>The clients that lock a project's dependencies, and install what they locked.</summary>
[Collection(nameof(CorpusServer))]
public sealed class LockTests : IDisposable
{
    const string Version = "import requests; print(requests.__version__)";

    readonly ClientHome _home = new();
    readonly CorpusServer _corpus;
    readonly ITestOutputHelper _output;
    readonly string _app;

    public LockTests(CorpusServer corpus, ITestOutputHelper output)
    {
        (_corpus, _output) = (corpus, output);
        _app = _home.Folder("app");
    }

    string Index => _corpus.Server!.IndexOf(CorpusServer.Uploaded).ToString();

    public void Dispose()
    {
        _corpus.Server?.ShowLog(_output);
        _home.Dispose();
    }

    [ClientFact]
    public async Task Poetry_adds_locks_and_installs()
    {
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
            url = "{Index}"
            priority = "primary"

            """);
        (await RunAsync("poetry", "add", "requests")).MustSucceed();
        AssertLocked("poetry.lock");
        (await RunAsync("poetry", "lock", "--regenerate")).MustSucceed();
        AssertLocked("poetry.lock");
        await AssertWarmedAsync("poetry.lock");
        Directory.Delete(Path.Combine(_app, ".venv"), recursive: true);
        (await RunAsync("poetry", "install")).MustSucceed();
        Assert.Equal("2.34.2", await _home.PythonInAsync(_app, Version));
    }

    /// <summary>
    /// Its reader of metadata stops at version 2.3: hence a version of requests that is not the newest.
    /// </summary>
    [Theory]
    [ClientData("debian/poetry", Package = "python3-poetry")]
    public async Task Poetry_of_2022_adds_locks_and_installs(string client)
    {
        _home.Write("app/pyproject.toml", $"""
            [tool.poetry]
            name = "app"
            version = "0.1"
            description = ""
            authors = []

            [tool.poetry.dependencies]
            python = ">=3.11,<4"

            [[tool.poetry.source]]
            name = "ours"
            url = "{Index}"
            default = true

            """);
        (await RunAsync(client, "add", "requests==2.32.0")).MustSucceed();
        await AssertWarmedAsync("poetry.lock", files: 9);
        Directory.Delete(Path.Combine(_app, ".venv"), recursive: true);
        (await RunAsync(client, "install", "--no-root")).MustSucceed();
        Assert.Equal("2.32.0", await _home.PythonInAsync(_app, Version));
    }

    [Theory]
    [ClientData("pdm")]
    [ClientData("debian/pdm", Package = "python3-pdm")]
    public async Task Pdm_locks_and_installs(string client)
    {
        _home.Write("app/pyproject.toml", $"""
            [project]
            name = "app"
            version = "0.1"
            requires-python = ">=3.11"
            dependencies = ["requests"]

            [tool.pdm]
            distribution = false

            [[tool.pdm.source]]
            name = "pypi"
            url = "{Index}"
            """);
        (await RunAsync(client, "lock")).MustSucceed();
        AssertLocked("pdm.lock");
        await AssertWarmedAsync("pdm.lock");
        (await RunAsync(client, "install", "--no-self")).MustSucceed();
        Assert.Equal("2.34.2", await _home.PythonInAsync(_app, Version));
    }

    [Theory]
    [ClientData("pipenv")]
    [ClientData("debian/pipenv", Package = "pipenv")]
    public async Task Pipenv_locks_and_installs(string client)
    {
        _home.Write("app/Pipfile", $"""
            [[source]]
            name = "ours"
            url = "{Index}"
            verify_ssl = true

            [packages]
            requests = "*"
            """);
        (await RunAsync(client, "lock")).MustSucceed();
        AssertLocked("Pipfile.lock");
        (await RunAsync(client, "sync")).MustSucceed();
        Assert.Equal("2.34.2", await _home.PythonInAsync(_app, Version));
    }

    [ClientFact]
    public async Task Uv_locks_and_syncs()
    {
        _home.Write("app/pyproject.toml", $"""
            [project]
            name = "app"
            version = "0.1"
            requires-python = ">=3.11"
            dependencies = ["requests"]

            [[tool.uv.index]]
            url = "{Index}"
            default = true
            """);
        _home.Environment.Remove("UV_NO_CONFIG");
        (await RunAsync("uv", "lock")).MustSucceed();
        AssertLocked("uv.lock");
        await AssertWarmedAsync("uv.lock");
        foreach (var export in (string[])["pylock.toml", "requirements.txt"])
        {
            (await RunAsync("uv", "export", "--locked", "--output-file", export)).MustSucceed();
            await AssertWarmedAsync(export);
        }
        (await RunAsync("uv", "sync", "--locked")).MustSucceed();
        Assert.Equal("2.34.2", await _home.PythonInAsync(_app, Version));
    }

    [ClientFact]
    public async Task Pip_compile_writes_the_hashes_of_all_files_of_each_version()
    {
        _home.Write("app/requirements.in", "requests\n");
        (await RunAsync("pip-tools", "--index-url", Index, "--generate-hashes", "--strip-extras", "requirements.in"))
            .MustSucceed();
        AssertLocked("requirements.txt");
        await AssertWarmedAsync("requirements.txt");
    }

    Task<ProgramResult> RunAsync(string client, params IReadOnlyList<string> arguments) =>
        _home.RunInAsync(_app, client, arguments);

    /// <summary><c>pyrepo warm</c> reads what the client wrote, and finds all files.</summary>
    async Task AssertWarmedAsync(string file, int files = 10)
    {
        var warm = new ProgramRun(PyRepoProgram.Path, "warm", file, "--index-url", Index) { Folder = _app };
        (await warm.RunAsync()).MustSucceed().MustSay($"Fetched {files} files").MustSay("0 problems");
    }

    /// <summary>Wheel and source distribution of requests and of the four that it needs.</summary>
    void AssertLocked(string file)
    {
        string[] versions =
            ["requests-2.34.2", "certifi-2026.10.18", "charset_normalizer-3.5.2", "idna-3.20", "urllib3-2.8.0"];
        var files =
            CorpusFile.All.Where(f => versions.Any(v => f.FileName.StartsWith(v, StringComparison.Ordinal))).ToList();
        Assert.Equal(10, files.Count);
        var locked = File.ReadAllText(Path.Combine(_app, file));
        Assert.Empty(
            files.Where(f => !locked.Contains($"sha256:{f.Sha256}", StringComparison.Ordinal)).Select(f => f.FileName));
    }
}
