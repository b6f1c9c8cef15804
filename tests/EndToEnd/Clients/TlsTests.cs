using ServedManifest = EndToEnd.Serving.Manifest;

namespace EndToEnd.Clients;

/// <summary>Real clients of a server with a certificate of a private authority.</summary>
public sealed class TlsTests(ITestOutputHelper output) : IDisposable
{
    static readonly TestWheel _wheel = TestWheel.Create("demo", "1.0", payload: 5 << 20);

    readonly ClientHome _home = new();
    readonly TlsFiles _files = new();

    public void Dispose()
    {
        _home.Dispose();
        _files.Dispose();
    }

    [Theory]
    [ClientData("pip")]
    [ClientData("pip-22.3")]
    [ClientData("uv")]
    [ClientData("debian/pip", Package = "python3-pip")]
    public async Task A_client_that_trusts_the_authority_installs_and_another_does_not(string client)
    {
        await using var server = await PyRepoServer.StartWithTlsAsync(ServedManifest.Create("team"), _files);
        using (var answer = await TwineForm.SendAsync(server, "team", TwineForm.From(_wheel)))
            Assert.True(answer.IsSuccessStatusCode);
        (await InstallAsync(client, server, _home.New("untrusted"))).MustFail();

        _home.Environment[client == "uv" ? "SSL_CERT_FILE" : "PIP_CERT"] = _files.AuthorityFile;
        var target = _home.New("target");
        (await InstallAsync(client, server, target)).MustSucceed();
        server.ShowLog(output);
        Assert.Equal(
            "1.0", await _home.PythonAsync(target, "import importlib.metadata as m; print(m.version('demo'))"));
        Assert.Equal(
            $"{5 << 20}",
            await _home.PythonAsync(target, $"import os; print(os.path.getsize('{target}/demo/__init__.py'))"));
    }

    Task<ProgramResult> InstallAsync(string client, PyRepoServer server, string target)
    {
        string[] command = client == "uv" ? ["pip", "install", "--python", "/usr/bin/python3"] : ["install"];
        return _home.RunAsync(
            client,
            [.. command, "--index-url", $"{server.IndexOf("team")}", "--target", target, "demo"]);
    }
}
