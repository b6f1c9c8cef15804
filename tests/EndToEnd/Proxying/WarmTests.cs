using EndToEnd.Clients;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary><c>pyrepo warm</c>, through a proxy and at a scripted index.</summary>
public sealed class WarmTests(ITestOutputHelper output) : IAsyncLifetime
{
    static readonly ScriptedFile _one = ScriptedFile.Wheel("one", "1.0");
    static readonly ScriptedFile _other = ScriptedFile.Wheel("one", "2.0");

    readonly TemporaryFolder _folder = new();
    ScriptedUpstream _index = null!;

    public async ValueTask InitializeAsync() => _index = await ScriptedUpstream.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _index.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Warming_a_proxy_keeps_exactly_the_locked_files_available_without_upstream()
    {
        _index.Serve(new ScriptedPage("one", _one, _other));
        await using var server = await PyRepoServer.StartAsync(ProxyManifest.Proxy("pypi", _index.Index));
        try
        {
            (await WarmAsync(server.IndexOf("pypi"), UvLock(_one))).MustSucceed()
                .MustSay($"Fetched 1 file, {_one.Bytes.Length} bytes; 0 problems.");
            Assert.Equal(0, _index.CountOfFile(_other.FileName));
            await _index.StopAsync();
            Assert.Equal(_one.Bytes, (await server.FileAsync("pypi", "one", _one.FileName)).Bytes);
        }
        finally
        {
            server.ShowLog(output);
        }
    }

    [Fact]
    public async Task A_missing_or_different_file_is_named_with_both_hashes()
    {
        var corrupt = ScriptedFile.Wheel("two", "1.0");
        _index.Serve(new ScriptedPage("one", _one));
        _index.Serve(new ScriptedPage("two", corrupt));
        _index.AtFile(corrupt.FileName, Replies.Bytes([.. corrupt.Bytes.Select(each => (byte)~each)]));
        var wrong = new string('0', 64);
        var result = await WarmAsync(_index.Index, "version = 1\n"
            + UvPackage("one", _one.FileName, wrong)
            + UvPackage("one", _other.FileName, GetSha256(_other))
            + UvPackage("two", corrupt.FileName, GetSha256(corrupt))
            + UvPackage("three", "three-1.0.tar.gz", wrong));
        Assert.Equal(1, result.ExitCode);
        string[] lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Equal(
            $"{_one.FileName} (one): it has another hash: sha256:{GetSha256(_one)} in the index, "
            + $"sha256:{wrong} in the lock file.", lines[0]);
        Assert.Equal(
            $"{_other.FileName} (one): it is missing: the index has no such file. "
            + $"The locked hash is sha256:{GetSha256(_other)}.", lines[1]);
        Assert.Contains("three-1.0.tar.gz (three): it is missing: the index has no such project", lines[2],
            StringComparison.Ordinal);
        Assert.Contains("another hash: sha256:", lines[3], StringComparison.Ordinal);
        Assert.EndsWith($" from the index, sha256:{GetSha256(corrupt)} is locked.", lines[3], StringComparison.Ordinal);
        result.MustSay("Fetched 0 files, 0 bytes; 4 problems.");
        Assert.Equal(0, _index.CountOfFile(_one.FileName));
    }

    [Fact]
    public async Task Requirements_name_their_files_by_hashes_also_on_a_page_of_HTML_without_any()
    {
        var files = new[] { _one, _other }.Select(file => file with { Hashes = new Dictionary<string, string>() });
        _index.Serve(new ScriptedPage("one", [.. files]));
        _index.AtPage("one", new ScriptedPage("one", [.. files]).AsHtml());
        var requirements =
            $"one==1.0 --hash=sha256:{GetSha256(_one)}\none==2.0 --hash=sha256:{GetSha256(_one)}\n";
        var result = await WarmAsync(_index.Index, requirements, "requirements.txt");
        Assert.Equal(1, result.ExitCode);
        var line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(
            $"one==2.0 (one): the file with the locked sha256:{GetSha256(_one)} is missing. "
            + $"The index has {_other.FileName} with sha256:{GetSha256(_other)}.", line);
    }

    [Fact]
    public async Task A_wrong_password_is_reported_once_and_never_shown()
    {
        _index.Otherwise = Replies.Guarded("alice", "correct-horse", Replies.Status(404));
        _index.AtPage("one", Replies.Guarded("alice", "correct-horse", new ScriptedPage("one", _one).AsJson()));
        _index.AtFile(_one.FileName, Replies.Guarded("alice", "correct-horse", Replies.Bytes(_one.Bytes)));
        var text = UvLock(_one) + UvPackage("two", "two-1.0.tar.gz", GetSha256(_one));
        var result = await WarmAsync(With("alice:wrong-horse"), text);
        Assert.Equal(1, result.ExitCode);
        result.MustSay("rejects the user or the password (401)").MustNotSay("wrong-horse");
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Single(_index.Seen);
        (await WarmAsync(_index.Index, UvLock(_one))).MustFail().MustSay("requires a user and a password (401)");
        (await WarmAsync(With("alice:correct-horse"), UvLock(_one))).MustSucceed();
        string[] asked = ["--index-url", _index.Index.AbsoluteUri, "--user", "alice"];
        (await RunAsync(UvLock(_one), "uv.lock", "correct-horse\n", asked)).MustSucceed();
    }

    [Fact]
    public async Task Credentials_go_to_no_other_origin_that_a_page_links_or_redirects_to()
    {
        await using var elsewhere = await ScriptedUpstream.StartAsync();
        elsewhere.Serve(new ScriptedPage("one", _one));
        elsewhere.Serve(new ScriptedPage("two", _one));
        var linked = _one with { Url = new Uri(elsewhere.Url, $"files/{_one.FileName}").AbsoluteUri };
        _index.Serve(new ScriptedPage("one", linked));
        _index.AtPage("two", Replies.Redirect($"{elsewhere.Index}two/"));
        var text = UvLock(_one) + UvPackage("two", _one.FileName, GetSha256(_one));
        (await WarmAsync(With("alice:correct-horse"), text)).MustSucceed().MustSay("Fetched 2 files");
        Assert.All(_index.Seen, seen => Assert.NotNull(seen["Authorization"]));
        Assert.Equal(3, elsewhere.Seen.Count);
        Assert.All(elsewhere.Seen, seen => Assert.Null(seen["Authorization"]));
    }

    [Fact]
    public async Task An_index_with_TLS_must_be_trusted_and_leads_to_no_host_without()
    {
        await using var secure = await ScriptedUpstream.StartAsync(await PrivateAuthority.MakeAsync(_folder));
        _index.Serve(new ScriptedPage("one", _one));
        secure.Serve(new ScriptedPage("one", _one));
        secure.AtPage("two", Replies.Redirect($"{_index.Index}one/"));
        var text = UvLock(_one) + UvPackage("two", _other.FileName, GetSha256(_other));
        (await WarmAsync(secure.Index, text)).MustFail().MustSay($"{secure.Url.Authority} cannot be reached")
            .MustSay("certificate");
        var trusting = new ProgramRun(PyRepoProgram.Path, "warm", _folder["uv.lock"], "-i", secure.Index.AbsoluteUri)
        {
            Environment = new Dictionary<string, string> { ["SSL_CERT_FILE"] = _folder["ca.crt"] },
        };
        (await trusting.RunAsync()).MustFail().MustSay("Fetched 1 file").MustSay("1 problem.")
            .MustSay("The index has an https URL, but leads to http");
        Assert.Empty(_index.Seen);
    }

    [Fact]
    public async Task A_file_that_no_host_has_does_not_affect_the_others()
    {
        await using var gone = await ScriptedUpstream.StartAsync();
        await gone.StopAsync();
        _index.Serve(new ScriptedPage("one", _one, _other with { Url = $"{gone.Url}files/{_other.FileName}" }));
        _index.AtFile(_one.FileName, Replies.Bytes(_one.Bytes));
        var result = await WarmAsync(_index.Index, UvLock(_one, _other));
        Assert.Equal(1, result.ExitCode);
        result.MustSay($"{_other.FileName} (one): it was not fetched. {gone.Url.Authority} cannot be reached")
            .MustSay("Fetched 1 file");
    }

    [Fact]
    public async Task A_failed_request_is_retried_but_not_for_ever()
    {
        _index.Serve(new ScriptedPage("one", _one, _other));
        _index.AtPage("one", Replies.Once(
            Replies.Status(429, retryAfter: "0"), new ScriptedPage("one", _one, _other).AsJson()));
        _index.AtFile(_one.FileName, Replies.Once(Replies.Torn(_one.Bytes, 10), Replies.Bytes(_one.Bytes)));
        _index.AtFile(_other.FileName, Replies.Status(503, retryAfter: "0"));
        var result = await WarmAsync(_index.Index, UvLock(_one, _other));
        Assert.Equal(1, result.ExitCode);
        result.MustSay($"{_other.FileName} (one): it was not fetched. {_index.Url.Authority} "
            + "answered 503 Service Unavailable, 3 times. Try again later.")
            .MustSay("Fetched 1 file");
        Assert.Equal((2, 2, 3),
            (_index.CountOfPage("one"), _index.CountOfFile(_one.FileName), _index.CountOfFile(_other.FileName)));
    }

    [Fact]
    public async Task A_missing_index_is_reported_once()
    {
        await _index.StopAsync();
        var result = await WarmAsync(_index.Index, UvLock(_one) + UvPackage("two", "two-1.0.tar.gz", GetSha256(_one)));
        Assert.Equal(1, result.ExitCode);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        result.MustSay($"{_index.Url.Authority} cannot be reached: Connection refused. Nothing more");
    }

    [Fact]
    public async Task The_index_may_come_from_the_environment_and_an_invalid_one_is_a_usage_error()
    {
        _index.Serve(new ScriptedPage("one", _one));
        var file = _folder.Write("uv.lock", UvLock(_one));
        async Task<ProgramResult> FromAsync(string name, string value) =>
            await new ProgramRun(PyRepoProgram.Path, "warm", file)
            {
                Environment = new Dictionary<string, string> { [name] = value },
            }.RunAsync();
        (await FromAsync("PIP_INDEX_URL", _index.Index.AbsoluteUri)).MustSucceed();
        (await FromAsync("UV_DEFAULT_INDEX", $"ours={_index.Index.AbsoluteUri}")).MustSucceed();
        Assert.Equal(2, (await FromAsync("UV_INDEX_URL", "ftp://alice:secret@example.com/"))
            .MustSay("UV_INDEX_URL is no http or https URL").MustNotSay("secret").ExitCode);
        Assert.Equal(2, (await FromAsync("NOTHING", "")).MustSay("--index-url is missing").ExitCode);
    }

    [ClientTheory]
    [ClientData("pip")]
    [ClientData("uv")]
    public async Task After_it_a_real_client_installs_from_the_proxy_without_upstream(string client)
    {
        await using var upstream = await PyRepoServer.StartAsync(Manifest.Create("public"));
        await upstream.UploadAsync("public", TestWheel.Module("acme-lib", "1.0", "import acme_base\nvalue = 'warm'\n",
            "acme-base"));
        await upstream.UploadAsync("public", TestWheel.Module("acme-base", "2.0", ""));
        await using var server = await PyRepoServer.StartAsync(
            ProxyManifest.Proxy("pypi", upstream.IndexOf("public"), "cache: { projectTtl: 1s }", ", timeout: 2s"));
        (await WarmAsync(server.IndexOf("pypi"), "acme_lib==1.0\nacme.base==2.0\n", "requirements.txt")).MustSucceed()
            .MustSay("Fetched 2 files");
        await upstream.StopAsync();
        using var installation = new FreshInstallation(client, server.IndexOf("pypi"), "acme-lib");
        Assert.Equal("warm", await installation.PrintAsync("import acme_lib; print(acme_lib.value)"));
    }

    string With(string credentials) =>
        _index.Index.AbsoluteUri.Replace("://", $"://{credentials}@", StringComparison.Ordinal);

    Task<ProgramResult> WarmAsync(Uri index, string text, string name = "uv.lock") =>
        WarmAsync(index.AbsoluteUri, text, name);

    Task<ProgramResult> WarmAsync(string index, string text, string name = "uv.lock") =>
        RunAsync(text, name, "", "--index-url", index);

    async Task<ProgramResult> RunAsync(string text, string name, string input, params string[] options)
    {
        var result = await new ProgramRun(PyRepoProgram.Path, ["warm", _folder.Write(name, text), .. options])
        {
            Input = input,
            Environment = new Dictionary<string, string>(),
        }.RunAsync();
        output.WriteLine(result.ToString());
        return result;
    }

    static string UvLock(params ScriptedFile[] files) =>
        "version = 1\n" + string.Concat(files.Select(file => UvPackage("one", file.FileName, GetSha256(file))));

    static string UvPackage(string project, string fileName, string sha256) => $$"""

        [[package]]
        name = "{{project}}"
        version = "1.0"
        source = { registry = "https://example.com/simple" }
        wheels = [ { url = "https://example.com/files/{{fileName}}", hash = "sha256:{{sha256}}" } ]

        """;

    static string GetSha256(ScriptedFile file) => ScriptedFile.GetSha256(file.Bytes);
}
