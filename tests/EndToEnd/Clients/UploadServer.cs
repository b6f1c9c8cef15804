using System.Collections.Concurrent;

namespace EndToEnd.Clients;

/// <summary>A server for uploads: what is in it, each client put there once.</summary>
public sealed class UploadServer : IAsyncLifetime
{
    /// <summary>A repository with the generated password.</summary>
    public const string Ours = "ours";

    /// <summary>A repository whose Secret has <see cref="HardPassword"/>.</summary>
    public const string Guarded = "guarded";

    /// <summary>A repository like <see cref="Guarded"/>, into which nobody gets anything.</summary>
    public const string Closed = "closed";

    /// <summary>
    /// A colon, which also ends the user's name in HTTP Basic, and a letter that Latin-1 and UTF-8 write differently.
    /// </summary>
    public const string HardPassword = "se:crét";

    readonly ConcurrentDictionary<string, Task<PythonProject>> _published = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Task<PythonProject>> _changed = new(StringComparer.Ordinal);
    readonly ClientHome _home = new();
    readonly ClientHome _homeOfChanged = new();
    PyRepoServer? _server;

    /// <summary>The server.</summary>
    public PyRepoServer Server => _server!;

    /// <summary>How it is published to the repository with the generated password.</summary>
    public Publishing ToOurs => new(Server.GetUrl(Ours), Server.GetPassword(Ours));

    /// <summary>A project that a client has built and uploaded to <see cref="Ours"/>.</summary>
    public Task<PythonProject> PublishedByAsync(string client) => _published.GetOrAdd(client, PublishAsync);

    /// <summary>The same project with another content, built and not uploaded.</summary>
    public Task<PythonProject> ChangedOfAsync(string client) =>
        _changed.GetOrAdd(client, c => BuildAsync(c, _homeOfChanged, "second"));

    public async ValueTask InitializeAsync() => _server = await PyRepoServer.StartAsync($$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{Ours}} }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{Guarded}} }
        spec: { access: { usersSecretRef: { name: users } } }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{Closed}} }
        spec: { access: { usersSecretRef: { name: users } } }
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: users }
        stringData: { username: publisher, password: "{{HardPassword}}" }
        """);

    public async ValueTask DisposeAsync()
    {
        _home.Dispose();
        _homeOfChanged.Dispose();
        await Server.DisposeAsync();
    }

    async Task<PythonProject> PublishAsync(string client)
    {
        var project = await BuildAsync(client, _home, "first");
        (await ToOurs.RunAsync(client, _home, project)).MustSucceed();
        return project;
    }

    static Task<PythonProject> BuildAsync(string client, ClientHome home, string value)
    {
        var name = "by-" + client.Replace('/', '-').Replace('.', '-');
        return new PythonProject(home, name, GetBackend(client)).Write(value).BuildAsync();
    }

    static BuildBackend GetBackend(string client) => client switch
    {
        "twine" => BuildBackend.Setuptools,
        "uv" or "hatch" => BuildBackend.Hatchling,
        "poetry" or "debian/poetry" => BuildBackend.PoetryCore,
        "flit" or "flit-3.8" or "debian/flit" => BuildBackend.FlitCore,
        // The others refuse metadata that is newer than they are.
        _ => BuildBackend.PdmBackend,
    };
}
