using EndToEnd.Clients;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>
/// Real clients install a private project and its public dependencies through the group, also without the upstream.
/// </summary>
public sealed class InstallingTests(ITestOutputHelper output)
{
    const string Team = "team";
    const string Group = "all";

    static readonly string[] _public =
    [
        "flask-3.1.3-py3-none-any.whl", "werkzeug-3.1.9-py3-none-any.whl", "jinja2-3.1.6-py3-none-any.whl",
        "itsdangerous-2.2.0-py3-none-any.whl", "click-8.5.1-py3-none-any.whl", "blinker-1.9.0-py3-none-any.whl",
        "six-1.17.0-py2.py3-none-any.whl", "idna-3.20-py3-none-any.whl",
    ];

    [ClientTheory]
    [ClientData("pip")]
    [ClientData("uv")]
    [ClientData("pip-22.3")]
    [ClientData("poetry")]
    [ClientData("pdm")]
    [ClientData("pipenv")]
    public async Task A_private_project_and_its_public_dependency_install_now_without_upstream_and_after_a_restart(
        string client)
    {
        await using var upstream = await UpstreamAsync();
        await using var server = await PyRepoServer.StartAsync(Manifest.All(
            Manifest.Create(Team),
            ProxyManifest.Proxy("pypi", upstream.IndexOf("public"), "cache: { projectTtl: 1s }", ", timeout: 2s"),
            ProxyManifest.Group(
                Group, [$"PythonRepository/{Team}", "ProxyRepository/pypi"],
                $"reserved: [ \"acme-*\" ], uploadTo: {Team}")));
        try
        {
            await server.UploadAsync(
                Team, TestWheel.Module("acme-lib", "1.0", "import six, idna\nvalue = 'private'\n", "six", "idna>=3"));
            await InstallAsync(server, client);
            await upstream.StopAsync();
            await InstallAsync(server, client);
            Assert.Equal(0, await server.StopAsync());
            await server.StartAgainAsync();
            await InstallAsync(server, client);
        }
        finally
        {
            server.ShowLog(output);
        }
    }

    static async Task<PyRepoServer> UpstreamAsync()
    {
        var upstream = await PyRepoServer.StartAsync(Manifest.Create("public"));
        var folder = Directory.CreateDirectory(Path.Combine(upstream.GetFolder("public"), "packages")).FullName;
        foreach (var file in _public)
            File.Copy(CorpusFile.GetPath(file), Path.Combine(folder, file));
        await Eventually.IsAsync("upstream has its files", async () =>
            (await ServerStatus.ReadAsync(upstream))["public"].Files == _public.Length);
        return upstream;
    }

    static async Task InstallAsync(PyRepoServer server, string client)
    {
        using var installation = new FreshInstallation(client, server.IndexOf(Group), "acme-lib");
        Assert.Equal("private", await installation.PrintAsync("import acme_lib; print(acme_lib.value)"));
    }
}
