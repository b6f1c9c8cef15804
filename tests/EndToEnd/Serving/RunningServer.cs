namespace EndToEnd.Serving;

/// <summary>A server that the tests of one class share.</summary>
/// <param name="manifest">What it serves.</param>
/// <param name="options">More options of <c>serve</c>.</param>
public abstract class RunningServer(string manifest, params IReadOnlyList<string> options) : IAsyncLifetime
{
    PyRepoServer? _server;

    /// <summary>The server.</summary>
    public PyRepoServer Server => _server ?? throw new InvalidOperationException("The server is not started.");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _server = await PyRepoServer.StartAsync(manifest, options);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
