namespace EndToEnd.Crashes.PowerCuts;

/// <summary>A server whose system calls are traced, with one repository.</summary>
public sealed class TracedServer : IAsyncDisposable
{
    /// <summary>The repository's name.</summary>
    public const string Repository = "traced";

    readonly TemporaryFolder _folder;

    TracedServer(TemporaryFolder folder, PyRepoServer server) => (_folder, Server) = (folder, server);

    /// <summary>The server.</summary>
    public PyRepoServer Server { get; }

    string TraceFile => _folder.At("trace");

    /// <summary>Starts it.</summary>
    public static async Task<TracedServer> StartAsync(string manifest)
    {
        var folder = new TemporaryFolder();
        var server = await PyRepoServer.StartTracedAsync(manifest, folder.At("trace"));
        return new TracedServer(folder, server);
    }

    /// <summary>Stops it, and reads what it did.</summary>
    public async Task<IReadOnlyList<SystemCall>> StopAsync()
    {
        await Server.StopAsync();
        await Eventually.IsAsync("the trace is complete", () => Task.FromResult(SystemCallTrace.IsComplete(TraceFile)));
        return [.. SystemCallTrace.Read(TraceFile)];
    }

    /// <summary>What happened to the repository's folder.</summary>
    public DiskHistory GetHistory(IReadOnlyList<SystemCall> calls) =>
        DiskHistory.From(calls, Server.GetFolder(Repository));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
