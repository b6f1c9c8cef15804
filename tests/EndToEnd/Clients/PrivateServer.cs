namespace EndToEnd.Clients;

/// <summary>A server with one project, which only those with a password may read.</summary>
public sealed class PrivateServer : IAsyncLifetime
{
    /// <summary>The project.</summary>
    public const string Project = "secret-project";

    /// <summary>requests writes it in Latin-1, httpx and uv in UTF-8.</summary>
    public const string Password = "se:crét";

    const string Repository = "private";

    PyRepoServer? _server;

    /// <summary>The server.</summary>
    public PyRepoServer Server => _server!;

    /// <summary>The index URL.</summary>
    public string Index => Server.IndexOf(Repository).ToString();

    /// <summary>The index URL with the user <c>reader</c> and a password.</summary>
    public string IndexWith(string password) =>
        Index.Replace("http://", $"http://reader:{password}@", StringComparison.Ordinal);

    public async ValueTask InitializeAsync()
    {
        _server = await PyRepoServer.StartAsync($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: {{Repository}} }
            spec:
              access:
                usersSecretRef: { name: readers }
                grants:
                - { to: [ { user: reader } ], role: Publisher }
            ---
            apiVersion: v1
            kind: Secret
            metadata: { name: readers }
            stringData: { username: reader, password: "{{Password}}" }
            """);
        using var request = new HttpRequestMessage(HttpMethod.Post, Server.GetUrl(Repository))
        {
            Content = TwineForm.From(TestWheel.Create(Project, "1.0")),
        };
        request.Headers.Authorization = TwineForm.Basic("reader", Password);
        using var answer = await Server.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}
