using System.Diagnostics;
using Bench.Hostile.Clients;
using Bench.Hostile.Upstream;

namespace Bench.Hostile.Soaking;

/// <summary>Somebody who changes the configuration every 20 s, and looks whether the server acts on it.</summary>
sealed class ConfigurationChanges(ServerUnderTest server, UpstreamProcess upstream) : IDisposable
{
    static readonly TimeSpan _interval = TimeSpan.FromSeconds(20);
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);
    static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    readonly RequestClient _client = new(server.Packages, _patience, keepsConnections: false, HonestClient.Address);
    int _revision;

    /// <summary>The changes that were made.</summary>
    public int Made => _revision;

    /// <summary>Those that the server did not act on within 15 s.</summary>
    public int Missed { get; private set; }

    /// <summary>How long the slowest of the others took.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>Changes it until the token is canceled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(_interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
                await ChangeAsync();
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    public void Dispose() => _client.Dispose();

    async Task ChangeAsync()
    {
        server.Configure(ServerManifest.Text(upstream.Index, ++_revision));
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < _patience)
        {
            if (await IsInEffectAsync())
            {
                Slowest = watch.Elapsed > Slowest ? watch.Elapsed : Slowest;
                return;
            }
            await Task.Delay(_pause);
        }
        Missed++;
    }

    async Task<bool> IsInEffectAsync() =>
        await GetStatus(_revision) == "200" && await GetStatus(_revision - 1) == "404";

    async Task<string> GetStatus(int revision) =>
        (await _client.GetAsync($"/{ServerManifest.GetName(revision)}/simple/", CancellationToken.None)).What;
}
