using System.Diagnostics;
using System.Net.Sockets;
using Bench.Clients;
using Bench.Hostile.Clients;
using Bench.Hostile.Upstream;

namespace Bench.Hostile.Soaking;

/// <summary>
/// Honest people: pages and files of all kinds of repository in random order, and now and then an upload; each on a
/// connection of its own.
/// </summary>
sealed class HonestMix(
    ServerUnderTest server, HonestContent content, NginxReference reference, UpstreamProcess upstream, string folder)
    : IDisposable
{
    /// <summary>How long they wait for an answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly RequestClient _client = new(server.Packages, Patience, keepsConnections: false, HonestClient.Address);
    readonly WheelMaker _wheels = new(folder, seed: 2);
    readonly Random _random = new(1);
    HonestReport _lately = new();
    int _uploads;

    /// <summary>All that was seen.</summary>
    public HonestReport Whole { get; } = new();

    /// <summary>What was seen since this was last asked for.</summary>
    public HonestReport TakeLately() => Interlocked.Exchange(ref _lately, new HonestReport());

    /// <summary>Asks, some 40 times a second, until the token is canceled.</summary>
    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(
        RepeatAsync(0.1, n => GetAsync(content.HostedPage(n)), stopping),
        RepeatAsync(0.1, _ => reference.GetAsync(), stopping),
        RepeatAsync(0.2, n => GetAsync(content.HostedFile(n)), stopping),
        RepeatAsync(0.1, n => GetAsync(HonestContent.ProxiedPage(n)), stopping),
        RepeatAsync(0.1, n => GetAsync(HonestContent.ProxiedPage(n, "merged")), stopping),
        RepeatAsync(0.1, n => GetAsync(HonestContent.KeptFile(n % HonestContent.KeptFiles)), stopping),
        RepeatAsync(1, _ => GetAsync(HonestContent.LockedList), stopping),
        RepeatAsync(2, _ => GetAsync(HonestContent.List), stopping),
        RepeatAsync(10, _ => Task.Run(Upload), stopping));

    public void Dispose() => _client.Dispose();

    async Task RepeatAsync(double seconds, Func<int, Task> ask, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(seconds));
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                int n;
                lock (_random)
                    n = _random.Next(OrdinaryProject.Listed);
                await ask(n);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    async Task GetAsync(HonestRequest request)
    {
        var wasDown = upstream.WasDown;
        var outcome = await _client.GetAsync(request, CancellationToken.None);
        Add(request.What, outcome, excused: request.NeedsUpstream && (wasDown || upstream.WasDown));
    }

    void Upload()
    {
        var n = ++_uploads;
        var wheel = _wheels.Make($"uploaded-{n % 20}", $"1.{n}", payload: 2_000, withDigests: false);
        var watch = Stopwatch.StartNew();
        var what = "200";
        try
        {
            using var uploads = new UploadClient(server.Hosted, Patience, HonestClient.Address);
            uploads.Upload(wheel);
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or SocketException)
        {
            what = error.Message[..Math.Min(error.Message.Length, 100)];
        }
        File.Delete(wheel.Path);
        Add("upload", new Outcome(what, watch.Elapsed), excused: false);
    }

    void Add(string what, Outcome outcome, bool excused)
    {
        Whole.Add(what, outcome, excused);
        _lately.Add(what, outcome, excused);
    }
}
