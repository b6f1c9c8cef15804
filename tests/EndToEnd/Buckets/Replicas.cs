using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>Several servers on one bucket.</summary>
public sealed class Replicas : IAsyncDisposable
{
    readonly List<PyRepoServer> _all = [];

    /// <summary>The servers.</summary>
    public IReadOnlyList<PyRepoServer> All => _all;

    /// <summary>One of them.</summary>
    public PyRepoServer this[int index] => _all[index];

    /// <summary>Starts some, and waits until all are ready.</summary>
    /// <param name="manifest">The manifest of all.</param>
    /// <param name="count">How many.</param>
    /// <param name="clock">The clock of the first, if it is to stand still.</param>
    public static async Task<Replicas> StartAsync(string manifest, int count, StillClock? clock = null)
    {
        var replicas = new Replicas();
        // Another test's server would be taken for one that is being killed.
        for (var i = 0; i < count; i++)
        {
            replicas._all.Add(await PyRepoServer.StartBelowAsync(
                manifest, i == 0 ? clock?.Command ?? [] : [], FreePort.Take()));
        }
        return replicas;
    }

    /// <summary>Uploads through one of them, and returns the status.</summary>
    public Task<HttpStatusCode> UploadAsync(int through, TestWheel wheel) =>
        _all[through].UploadStatusAsync(BucketManifest.Team, wheel, BucketManifest.Publisher);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _all)
            await server.DisposeAsync();
    }
}
