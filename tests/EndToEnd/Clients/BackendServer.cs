namespace EndToEnd.Clients;

/// <summary>A server with the build backends, and with what they need.</summary>
public sealed class BackendServer : IAsyncLifetime
{
    const string Repository = "backends";

    PyRepoServer? _server;

    /// <summary>The server.</summary>
    public PyRepoServer Server => _server!;

    /// <summary>The index URL.</summary>
    public string Index => Server.IndexOf(Repository).ToString();

    public async ValueTask InitializeAsync()
    {
        _server = await PyRepoServer.StartAsync($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: {{Repository}} }
            """);
        if (Assets.Root is null)
            return;
        using var home = new ClientHome();
        (await home.RunAsync(
            "twine", ["upload", "--repository-url", $"{Server.GetUrl(Repository)}", "-u", "publisher",
            "-p", Server.GetPassword(Repository), .. Wheels()])).MustSucceed();
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

    static IEnumerable<string> Wheels()
    {
        foreach (var line in File.ReadLines(Assets.GetPath("python", "requirements-backends.txt")))
        {
            if (line.Split("==") is [var name, var version])
                yield return Assert.Single(
                    Directory.GetFiles(
                        Assets.GetPath("python", "wheels"), $"{name.Replace('-', '_')}-{version}-*.whl"));
        }
    }
}
