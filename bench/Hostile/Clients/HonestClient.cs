using System.Net;

namespace Bench.Hostile.Clients;

/// <summary>
/// Asks for a hosted page, a page of the proxy through the group, and a file that the proxy keeps, each every 200 ms on
/// a new connection, as one pip after the other would.
/// </summary>
sealed class HonestClient(ServerUnderTest server) : IDisposable
{
    static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>Not the address of those who mean no good, who may have half of all connections.</summary>
    static readonly IPAddress _address = IPAddress.Parse("127.0.0.7");

    readonly RequestClient _client = new(server.Packages, _patience, keepsConnections: false, _address);

    /// <summary>Asks until the token is cancelled; what is on its way then counts as nothing.</summary>
    public async Task<HonestReport> RunAsync(CancellationToken stopping)
    {
        var report = new HonestReport();
        await Task.WhenAll(
            AskAsync("hosted page", HonestContent.HostedPage, report, stopping),
            AskAsync("proxied page", HonestContent.GroupPage(0), report, stopping),
            AskAsync("kept file", HonestContent.ProxiedFile(0), report, stopping));
        return report;
    }

    public void Dispose() => _client.Dispose();

    async Task AskAsync(string what, string path, HonestReport report, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(_interval);
        try
        {
            do
            {
                report.Add(what, await _client.GetAsync(path, stopping));
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }
}
