using System.Net;

namespace Bench.Hostile.Clients;

/// <summary>
/// Asks for a hosted page, a page of the proxy through the group, and a file that the proxy keeps, each every 200 ms on
/// a new connection, as one pip after the other would.
/// </summary>
sealed class HonestClient(ServerUnderTest server, HonestContent content) : IDisposable
{
    /// <summary>Not the address of those who mean no good, who may have half of all connections.</summary>
    public static readonly IPAddress Address = IPAddress.Parse("127.0.0.7");

    static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    readonly RequestClient _client = new(server.Packages, _patience, keepsConnections: false, Address);

    /// <summary>Asks until the token is canceled; what is on its way then counts as nothing.</summary>
    public async Task<HonestReport> RunAsync(CancellationToken stopping)
    {
        var report = new HonestReport();
        await Task.WhenAll(
            AskAsync(content.HostedPage(0), report, stopping),
            AskAsync(HonestContent.ProxiedPage(0), report, stopping),
            AskAsync(HonestContent.KeptFile(0), report, stopping));
        return report;
    }

    public void Dispose() => _client.Dispose();

    async Task AskAsync(HonestRequest request, HonestReport report, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(_interval);
        try
        {
            do
            {
                report.Add(request.What, await _client.GetAsync(request, stopping));
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }
}
