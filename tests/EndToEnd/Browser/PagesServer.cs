using EndToEnd.Serving;

namespace EndToEnd.Browser;

/// <summary>A server with a repository of some projects. It is not started without a browser.</summary>
public sealed class PagesServer : IAsyncLifetime
{
    /// <summary>The repository.</summary>
    public const string Repository = "team";

    PyRepoServer? _server;

    /// <summary>The front page of the repository.</summary>
    public Uri FrontPage => _server!.UrlOf(Repository);

    /// <summary>The page of tokens.</summary>
    public Uri TokensPage => new(FrontPage, "tokens/");

    /// <summary>The password of the user <c>publisher</c>.</summary>
    public string Password => _server!.PasswordOf(Repository);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Chromium.Program is null)
            return;
        _server = await PyRepoServer.StartAsync(Manifest.Of(Repository));
        foreach (var project in (string[])["acme-lib", "acme-a-project-with-quite-a-long-name", "zebra"])
            await _server.MustTakeAsync(Repository, TestWheel.Create(project, "1.0"));
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
