namespace EndToEnd.Proxying;

/// <summary>A team, a company and the world, each on a server of its own, for all tests of a class.</summary>
public sealed class PrivateNamesOnServers : IAsyncLifetime
{
    /// <summary>The servers.</summary>
    public PrivateNamesWorld World { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => World = await PrivateNamesWorld.StartAsync(isInOneProcess: false);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => World.DisposeAsync();
}
