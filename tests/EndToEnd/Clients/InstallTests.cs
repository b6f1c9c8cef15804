using System.Globalization;
using System.Security.Cryptography;

namespace EndToEnd.Clients;

/// <summary>What pip and uv, new and old, do with an index of real distributions.</summary>
[Collection(nameof(CorpusServer))]
public sealed class InstallTests(CorpusServer corpus, ITestOutputHelper output) : IDisposable
{
    const string Versions =
        "import requests, certifi, charset_normalizer, idna, urllib3; print(requests.__version__, urllib3.__version__)";

    readonly ClientHome _home = new();

    string Index => corpus.Server!.IndexOf(CorpusServer.Uploaded).ToString();

    public void Dispose()
    {
        corpus.Server?.ShowLog(output);
        _home.Dispose();
    }

    [Theory]
    [ClientData("pip")]
    [ClientData("pip-22.3")]
    [ClientData("pip-19.3")]
    [ClientData("uv")]
    [ClientData("debian/pip", Package = "python3-pip")]
    public async Task Requests_is_installed_with_the_four_that_it_needs(string client)
    {
        var target = _home.New("target");
        (await InstallAsync(client, "--target", target, "requests")).MustSucceed();
        Assert.Equal("2.34.2 2.8.0", await _home.PythonAsync(target, Versions));
    }

    [Theory]
    [ClientData("pip")]
    [ClientData("pip-22.3")]
    public async Task Pip_installs_when_it_may_read_wheels_in_ranges(string client)
    {
        var target = _home.New("target");
        (await InstallAsync(client, "--use-feature=fast-deps", "--target", target, "requests")).MustSucceed();
        Assert.Equal("2.34.2 2.8.0", await _home.PythonAsync(target, Versions));
    }

    [Theory]
    [ClientData("pip")]
    [ClientData("pip-22.3")]
    [ClientData("pip-19.3")]
    [ClientData("uv")]
    [ClientData("debian/pip", Package = "python3-pip")]
    public async Task A_file_with_the_required_hashes_is_installed(string client)
    {
        var target = _home.New("target");
        var requirements = _home.Write("requirements.txt", Pinned(h => h));
        (await InstallAsync(client, "--target", target, "--require-hashes", "-r", requirements)).MustSucceed();
        Assert.Equal("2.34.2 2.8.0", await _home.PythonAsync(target, Versions));
    }

    [Theory]
    [ClientData("pip")]
    [ClientData("pip-22.3")]
    [ClientData("pip-19.3")]
    [ClientData("uv")]
    [ClientData("debian/pip", Package = "python3-pip")]
    public async Task A_file_with_unexpected_hashes_is_not_installed(string client)
    {
        var requirements = _home.Write("requirements.txt", Pinned(h => new string([.. h.Reverse()])));
        (await InstallAsync(client, "--target", _home.New("target"), "--require-hashes", "-r", requirements))
            .MustFail();
    }

    [Theory]
    [ClientData("pip")]
    [ClientData("pip-22.3")]
    [ClientData("pip-19.3")]
    [ClientData("debian/pip", Package = "python3-pip")]
    public async Task Pip_downloads_the_very_bytes_that_were_uploaded(string client)
    {
        var folder = _home.Folder("downloads");
        (await _home.RunAsync(client, "download", "--index-url", Index, "--dest", folder, "requests")).MustSucceed();
        var expected = CorpusFile.All.Where(f => RequestsAndItsNeeds.Contains(f.FileName)).ToDictionary(
            f => f.FileName, f => f.Sha256);
        Assert.Equal(5, expected.Count);
        Assert.Equal(expected, Directory.GetFiles(folder).ToDictionary(f => Path.GetFileName(f)!, GetSha256));
    }

    [Theory]
    [ClientData("pip")]
    [ClientData("pip-22.3")]
    [ClientData("debian/pip", Package = "python3-pip")]
    public async Task Pip_lists_the_versions_newest_first(string client) =>
        (await _home.RunAsync(client, "index", "versions", "--index-url", Index, "requests")).MustSucceed()
            .MustSay("requests (2.34.2) Available versions: 2.34.2, 2.32.0, 0.2.0");

    [ClientTheory]
    [InlineData("zope.interface")]
    [InlineData("Zope_Interface")]
    [InlineData("zope-interface")]
    public async Task A_project_is_found_by_any_spelling_of_its_name(string spelling)
    {
        var target = _home.New("target");
        (await InstallAsync("pip", "--target", target, "--no-deps", spelling)).MustSucceed();
        Assert.Equal("8.7", await _home.PythonAsync(
            target, "import zope.interface, importlib.metadata as m; print(m.version('zope.interface'))"));
    }

    [ClientFact]
    public async Task A_wheel_for_another_platform_is_downloaded_for_it()
    {
        var folder = _home.Folder("downloads");
        (await _home.RunAsync(
            "pip", "download", "--index-url", Index, "--dest", folder, "--no-deps", "--only-binary", ":all:",
            "--platform", "win_amd64", "--python-version", "3.8", "pillow")).MustSucceed();
        Assert.Equal(
            "Pillow-8.3.1-1-cp38-cp38-win_amd64.whl", Path.GetFileName(Assert.Single(Directory.GetFiles(folder))));
    }

    [ClientFact]
    public async Task A_version_for_older_Pythons_is_chosen_for_them()
    {
        var folder = _home.Folder("downloads");
        (await _home.RunAsync(
            "pip", "download", "--index-url", Index, "--dest", folder, "--no-deps", "--only-binary", ":all:",
            "--python-version", "3.8", "requests")).MustSucceed();
        Assert.Equal("requests-2.32.0-py3-none-any.whl", Path.GetFileName(Assert.Single(Directory.GetFiles(folder))));
    }

    [Theory]
    [ClientData("pip")]
    [ClientData("pip-22.3")]
    [ClientData("pip-19.3")]
    [ClientData("uv")]
    [ClientData("debian/pip", Package = "python3-pip")]
    public async Task A_newly_uploaded_version_is_installed_even_though_the_client_caches_pages(string client)
    {
        var name = "news-for-" + client.Replace('/', '-').Replace('.', '-');
        foreach (var version in (string[])["1.0", "1.1", "2.0"])
        {
            await UploadAsync(TestWheel.Create(name, version));
            var target = _home.New(version);
            (await InstallAsync(client, "--target", target, name)).MustSucceed();
            Assert.Equal(version,
                await _home.PythonAsync(target, $"import importlib.metadata as m; print(m.version('{name}'))"));
        }
    }

    [ClientFact]
    public async Task Pip_finds_nothing_where_nothing_has_the_name() =>
        (await InstallAsync("pip", "--target", _home.New("target"), "no-such-project")).MustFail()
            .MustSay("No matching distribution found for no-such-project");

    [ClientFact]
    public async Task Uv_finds_nothing_where_nothing_has_the_name() =>
        (await InstallAsync("uv", "--target", _home.New("target"), "no-such-project")).MustFail()
            .MustSay("no-such-project was not found in the package registry");

    [ClientFact]
    public async Task Pip_with_uploaded_prior_to_installs_an_older_version()
    {
        var later = await UploadTwoAsync("older-for-pip");
        var target = _home.New("target");
        (await InstallAsync("pip", "--target", target, "--uploaded-prior-to", later, "older-for-pip")).MustSucceed();
        Assert.Equal("1.0",
            await _home.PythonAsync(target, "import importlib.metadata as m; print(m.version('older-for-pip'))"));
    }

    [ClientFact]
    public async Task Uv_with_exclude_newer_locks_no_newer_version()
    {
        var later = await UploadTwoAsync("older-for-uv");
        var app = _home.Folder("app");
        _home.Write("app/pyproject.toml", $"""
            [project]
            name = "app"
            version = "0.1"
            requires-python = ">=3.11"
            dependencies = ["older-for-uv"]

            [tool.uv]
            exclude-newer = "{later}"

            [[tool.uv.index]]
            url = "{Index}"
            default = true
            """);
        _home.Environment.Remove("UV_NO_CONFIG");
        (await _home.RunInAsync(app, "uv", "lock")).MustSucceed();
        Assert.Contains(
            "name = \"older-for-uv\"\nversion = \"1.0\"", await File.ReadAllTextAsync(Path.Combine(app, "uv.lock")));
        (await _home.RunInAsync(app, "uv", "sync", "--locked")).MustSucceed();
        Assert.Equal(
            "1.0", await _home.PythonInAsync(app, "import importlib.metadata as m; print(m.version('older-for-uv'))"));
    }

    static string[] RequestsAndItsNeeds =>
    [
        "requests-2.34.2-py3-none-any.whl", "certifi-2026.10.18-py3-none-any.whl",
        "charset_normalizer-3.5.2-py3-none-any.whl", "idna-3.20-py3-none-any.whl", "urllib3-2.8.0-py3-none-any.whl",
    ];

    static string Pinned(Func<string, string> hash) => string.Concat(
        CorpusFile.All.Where(f => RequestsAndItsNeeds.Contains(f.FileName))
            .Select(f => $"{f.Project}=={f.Version} --hash=sha256:{hash(f.Sha256)}\n"));

    static string GetSha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    Task<ProgramResult> InstallAsync(string client, params IReadOnlyList<string> arguments)
    {
        string[] command = client == "uv" ? ["pip", "install", "--python", "/usr/bin/python3"] : ["install"];
        return _home.RunAsync(client, [.. command, "--index-url", Index, .. arguments]);
    }

    /// <summary>Uploads 1.0 and 2.0, and tells when 2.0 came.</summary>
    async Task<string> UploadTwoAsync(string project)
    {
        var (first, second) = (TestWheel.Create(project, "1.0"), TestWheel.Create(project, "2.0"));
        await UploadAsync(first);
        await UploadAsync(second);
        var page = await ProjectPage.ReadAsync(corpus.Server!, CorpusServer.Uploaded, project);
        var later = page!.Find(second.FileName)!.UploadTime;
        Assert.True(page.Find(first.FileName)!.UploadTime < later);
        return later.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
    }

    async Task UploadAsync(TestWheel wheel)
    {
        using var form = TwineForm.From(wheel);
        using var answer = await TwineForm.SendAsync(corpus.Server!, CorpusServer.Uploaded, form);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
