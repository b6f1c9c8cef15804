using EndToEnd.Clients;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>
/// Lock files that real clients made with upstream install through a proxy once a prefix is replaced, those of one
/// proxy at another one, and all of them are the same but for the prefix.
/// </summary>
public sealed class LockedUrlTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Print = "import liba; print(liba.value)";
    readonly ClientHome _home = new();
    ScriptedUpstream _index = null!, _files = null!;
    PyRepoServer _server = null!;

    /// <summary>The URLs that differ between upstream and a proxy: of the files, and of the index.</summary>
    Prefixes Upstream => new($"http://{_files.Url.Authority}", _index.Index.ToString().TrimEnd('/'));

    /// <summary>As PyPI does, upstream has its files at another host than its pages.</summary>
    public async ValueTask InitializeAsync()
    {
        (_index, _files) = (await ScriptedUpstream.StartAsync(), await ScriptedUpstream.StartAsync());
        Serve(TestWheel.Module("liba", "1.0+cu118", "import libb\nvalue = libb.value\n", "libb"));
        Serve(TestWheel.Module("libb", "2.0", "value = 'locked'\n"));
        _server = await PyRepoServer.StartAsync(Manifest.All(
            ProxyManifest.Proxy("a", _index.Index, "fileUrls: Upstream"), ProxyManifest.Proxy("b", _index.Index)));
    }

    public async ValueTask DisposeAsync()
    {
        _server.ShowLog(output);
        await _server.DisposeAsync();
        await _index.DisposeAsync();
        await _files.DisposeAsync();
        _home.Dispose();
    }

    [ClientFact]
    public async Task A_lock_of_uv_differs_in_prefixes_only_and_installs_wherever_they_lead()
    {
        var locked = await LockWithUvAsync("upstream", Upstream.Index);
        var before = _files.Seen.Count;
        Assert.Equal(locked, Of("a").ReplaceWith(Upstream, await LockWithUvAsync("a", Of("a").Index)));

        // Frozen, uv reads no index: the prefix of the files is enough.
        var files = locked.Replace(Upstream.Files, Of("b").Files, StringComparison.Ordinal);
        await SyncWithUvAsync("frozen", files, "--frozen");
        Assert.Equal(locked, files.Replace(Of("b").Files, Upstream.Files, StringComparison.Ordinal));

        // Otherwise it also compares the index, which is another prefix.
        await SyncWithUvAsync(
            "locked", Upstream.ReplaceWith(Of("b"), locked), "--locked", "--default-index", Of("b").Index);

        // From one proxy to another, there is one prefix for both.
        var ofA = Upstream.ReplaceWith(Of("a"), locked);
        var ofB = ofA.Replace($"{_server.GetUrl("a")}", $"{_server.GetUrl("b")}", StringComparison.Ordinal);
        await SyncWithUvAsync("elsewhere", ofB, "--locked", "--default-index", Of("b").Index);
        AssertOnlyProxiesFetched(before);
    }

    [ClientFact]
    public async Task A_pylock_of_uv_differs_in_prefixes_only_and_uv_and_pip_install_it()
    {
        await LockWithUvAsync("upstream", Upstream.Index);
        var before = _files.Seen.Count;
        var locked = await ExportAsync("upstream");
        await LockWithUvAsync("a", Of("a").Index);
        Assert.Equal(locked, Of("a").ReplaceWith(Upstream, await ExportAsync("a")));

        var files = locked.Replace(Upstream.Files, Of("b").Files, StringComparison.Ordinal);
        foreach (var (client, arguments) in new (string, string[])[]
        {
            ("uv", ["pip", "install", "--python", "/usr/bin/python3"]),
            ("pip", ["install", "--trusted-host", "127.0.0.1"]),
        })
        {
            var folder = _home.Folder(client);
            _home.Write($"{client}/pylock.toml", files);
            var target = Path.Combine(folder, "target");
            (await _home.RunInAsync(folder, client, [.. arguments, "-r", "pylock.toml", "--target", target]))
                .MustSucceed();
            Assert.Equal("locked", await _home.PythonAsync(target, Print));
        }
        AssertOnlyProxiesFetched(before);
    }

    /// <summary>
    /// A lock of poetry has no URLs of files, but that of the index, and its content hash covers it in the project.
    /// </summary>
    [ClientFact]
    public async Task A_lock_of_poetry_differs_in_the_index_only_and_installs_once_its_content_hash_is_renewed()
    {
        var app = _home.Folder("poetry");
        Task WriteAsync(string index) => File.WriteAllTextAsync(
            Path.Combine(app, "pyproject.toml"), LockableProject.ForPoetry($"{index}/", "liba"));
        var file = Path.Combine(app, "poetry.lock");
        async Task<string> LockAsync(Prefixes prefixes)
        {
            await WriteAsync(prefixes.Index);
            (await _home.RunInAsync(app, "poetry", ["lock"])).MustSucceed();
            return await File.ReadAllTextAsync(file);
        }
        var locked = await LockAsync(Upstream);
        var before = _files.Seen.Count;
        await File.WriteAllTextAsync(file, Upstream.ReplaceWith(Of("b"), locked));
        var ofB = await LockAsync(Of("b"));
        Assert.Equal(WithoutContentHash(locked), WithoutContentHash(Of("b").ReplaceWith(Upstream, ofB)));
        (await _home.RunInAsync(app, "poetry", ["install"])).MustSucceed();
        Assert.Equal("locked", await _home.PythonInAsync(app, Print));
        AssertOnlyProxiesFetched(before);
        await File.WriteAllTextAsync(file, Of("b").ReplaceWith(Upstream, ofB));
        Assert.Equal(locked, await LockAsync(Upstream));
    }

    void Serve(TestWheel wheel)
    {
        var path = $"/packages/ab/{wheel.FileName}";
        var url = new Uri(_files.Url, path.Replace("+", "%2B", StringComparison.Ordinal));
        var file = new ScriptedFile(wheel) { Url = url.AbsoluteUri };
        _index.AtPage(wheel.Project, new ScriptedPage(wheel.Project, file).AsJson());
        _files.At(path, Replies.Bytes(wheel.Bytes));
    }

    Prefixes Of(string proxy) => new(
        $"{_server.GetUrl(proxy)}files/{_files.Url.Authority}", _server.IndexOf(proxy).ToString().TrimEnd('/'));

    async Task<string> LockWithUvAsync(string folder, string index)
    {
        WriteProject(folder);
        (await _home.RunInAsync(_home.Folder(folder), "uv", ["lock", "--default-index", index])).MustSucceed();
        return await File.ReadAllTextAsync(Path.Combine(_home.Folder(folder), "uv.lock"));
    }

    async Task<string> ExportAsync(string folder)
    {
        (await _home.RunInAsync(_home.Folder(folder), "uv", ["export", "--frozen", "-o", "pylock.toml"])).MustSucceed();
        return await File.ReadAllTextAsync(Path.Combine(_home.Folder(folder), "pylock.toml"));
    }

    async Task SyncWithUvAsync(string folder, string locked, params string[] arguments)
    {
        WriteProject(folder);
        _home.Write($"{folder}/uv.lock", locked);
        var app = _home.Folder(folder);
        (await _home.RunInAsync(app, "uv", ["sync", "--no-cache", .. arguments])).MustSucceed();
        Assert.Equal("locked", await _home.PythonInAsync(app, Print));
        Assert.Equal(locked, await File.ReadAllTextAsync(Path.Combine(app, "uv.lock")));
    }

    void WriteProject(string folder) => _home.Write($"{folder}/pyproject.toml", """
        [project]
        name = "app"
        version = "0.1"
        requires-python = ">=3.11"
        dependencies = ["liba"]
        """);

    /// <summary>A client names itself, and a proxy does not name the client.</summary>
    void AssertOnlyProxiesFetched(int before) => Assert.All(
        _files.Seen.Skip(before),
        seen => Assert.StartsWith("pyrepo", seen["User-Agent"] ?? "", StringComparison.OrdinalIgnoreCase));

    static string WithoutContentHash(string locked) => string.Join(
        '\n', locked.Split('\n').Where(line => !line.StartsWith("content-hash", StringComparison.Ordinal)));

    /// <summary>The beginnings of URLs in lock files.</summary>
    sealed record Prefixes(string Files, string Index)
    {
        public string ReplaceWith(Prefixes others, string text) => text
            .Replace(Files, others.Files, StringComparison.Ordinal)
            .Replace(Index, others.Index, StringComparison.Ordinal);
    }
}
