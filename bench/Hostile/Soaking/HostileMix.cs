using System.Collections.Concurrent;
using Bench.Hostile.Clients;
using Bench.Hostile.Loads;
using Bench.Hostile.Upstream;

namespace Bench.Hostile.Soaking;

/// <summary>All loads in random order, gently, again and again, two of them at a time.</summary>
sealed class HostileMix(ServerUnderTest server, UpstreamProcess upstream)
{
    const int Lanes = 2;
    const double RequestsPerSecond = 200;

    static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    readonly Random _random = new(1);
    readonly Pace _pace = new(RequestsPerSecond);
    readonly Lock _lock = new();
    readonly Queue<HostileLoad> _queue = [];
    readonly ConcurrentDictionary<string, (int Rounds, string Last)> _seen = new();
    int _rounds;

    /// <summary>How often each load ran, and what the last one saw.</summary>
    public IEnumerable<(HostileLoad Load, int Rounds, string Last)> Seen =>
        from load in HostileLoads.All
        let seen = _seen.GetValueOrDefault(load.Name, (0, ""))
        select (load, seen.Item1, seen.Item2);

    /// <summary>Runs until the token is canceled, and ends then what is under way.</summary>
    public Task RunAsync(CancellationToken stopping) =>
        Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => RunLaneAsync(stopping)));

    async Task RunLaneAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var (load, round) = Next();
            var context = new LoadContext(server, upstream, LoadSize.Gentle, _pace, round);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            deadline.CancelAfter(context.Time);
            var attacker = await TryAsync(load, context, deadline.Token);
            _seen.AddOrUpdate(load.Name, (1, attacker), (_, seen) => (seen.Rounds + 1, attacker));
            await Task.Delay(_pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Some loads begin with a page that must come; where it does not, only this round ends.</summary>
    static async Task<string> TryAsync(HostileLoad load, LoadContext context, CancellationToken deadline)
    {
        try
        {
            return await load.RunAsync(context, deadline);
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
        {
            return $"could not begin: {error.Message}";
        }
    }

    (HostileLoad Load, int Round) Next()
    {
        lock (_lock)
        {
            if (_queue.Count == 0)
            {
                HostileLoad[] all = [.. HostileLoads.All];
                _random.Shuffle(all);
                foreach (var load in all)
                    _queue.Enqueue(load);
            }
            return (_queue.Dequeue(), ++_rounds);
        }
    }
}
