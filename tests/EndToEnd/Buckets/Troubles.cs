using System.Collections.Concurrent;
using System.Diagnostics;

namespace EndToEnd.Buckets;

/// <summary>
/// Makes trouble for replicas on a bucket, one kind after the other: a store that fails, one record that is late, and
/// replicas that are killed, stopped, or whose clock stands still.
/// </summary>
/// <param name="replicas">The replicas.</param>
/// <param name="faults">What is before the bucket.</param>
/// <param name="clock">The clock of the first replica, or null if it cannot stand still.</param>
public sealed class Troubles(Replicas replicas, FaultProxy faults, StillClock? clock)
{
    /// <summary>Pages may be old for so long after the store failed: requests wait, and are tried again.</summary>
    static readonly TimeSpan _afterwards = TimeSpan.FromSeconds(10);

    static readonly TimeSpan _late = TimeSpan.FromSeconds(4);

    /// <summary>As long as the others need to take a replica for gone, and some seconds more.</summary>
    static readonly TimeSpan _longStill = TimeSpan.FromSeconds(25);

    readonly ConcurrentBag<(long Began, long Ended, string? Project)> _unreachable = [];
    readonly ConcurrentQueue<(long Began, string Kind)> _began = [];
    readonly Random _random = new(1);
    volatile int _stops, _stills;

    /// <summary>How often each kind was made.</summary>
    public Dictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether there were 30 stops, and 10 clocks stood still where one can.</summary>
    public bool AreMany => _stops >= 30 && (clock is null || _stills >= 10);

    /// <summary>Makes trouble until it is canceled.</summary>
    public async Task MakeAsync(CancellationToken ending)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_random.Next(500, 2500), ending);
                await MakeOneAsync(ending);
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
        finally
        {
            faults.Decide = static _ => Fault.None;
            clock?.GoOn();
            foreach (var server in replicas.All)
                server.Resume();
        }
    }

    /// <summary>
    /// Whether a page may be old that was asked for and came in this time: the store could not be reached, or was slow
    /// by itself.
    /// </summary>
    public bool MayBeOld(string project, long began, long ended) => _unreachable
        .Concat(faults.OwnFailures.Select(failure => (failure.Began, failure.Ended, Project: (string?)null)))
        .Any(trouble => (trouble.Project ?? project) == project && trouble.Began <= ended
            && began <= trouble.Ended + (long)(_afterwards.TotalSeconds * Stopwatch.Frequency));

    /// <summary>What was made before a time, the last ones: why a page may have been old.</summary>
    public string Before(long timestamp) => string.Join(", ", _began.Where(trouble => trouble.Began < timestamp)
        .TakeLast(5).Select(trouble =>
            $"{trouble.Kind} {Stopwatch.GetElapsedTime(trouble.Began, timestamp).TotalSeconds:F1} s before"));

    Task MakeOneAsync(CancellationToken ending) => _random.Next(8) switch
    {
        < 3 => FailAsync("failing store", OneOf(_random.Next()), null, _random.Next(200, 1500), ending),
        < 4 => DelayRecordAsync($"demo-{_random.Next(LinearizabilityTests.Projects)}", ending),
        < 5 => KillAsync(_random.Next(3), ending),
        < 7 => StopAsync(_random.Next(3), ending),
        _ when clock is not null => StandStillAsync(clock, ending),
        _ => Task.CompletedTask,
    };

    Task DelayRecordAsync(string project, CancellationToken ending) => FailAsync(
        "late record",
        request => request.Path.EndsWith($"/projects/{project}.jsonl", StringComparison.Ordinal)
            ? Fault.Slow(_late) : Fault.None,
        project, _random.Next(3000, 6000), ending);

    async Task FailAsync(
        string kind, Func<FaultRequest, Fault> decide, string? project, int milliseconds, CancellationToken ending)
    {
        Count(kind, project);
        var began = Stopwatch.GetTimestamp();
        faults.Decide = decide;
        try
        {
            await Task.Delay(milliseconds, ending);
        }
        finally
        {
            faults.Decide = static _ => Fault.None;
            _unreachable.Add((began, Stopwatch.GetTimestamp(), project));
        }
    }

    async Task KillAsync(int replica, CancellationToken ending)
    {
        var server = replicas[replica];
        Count("kill", $"{replica}");
        await server.KillAsync();
        await Task.Delay(_random.Next(0, 1000), ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await server.StartAgainAsync();
    }

    async Task StopAsync(int replica, CancellationToken ending)
    {
        var server = replicas[replica];
        Count("stop", $"{replica}");
        _stops++;
        server.Suspend();
        await Task.Delay(_random.Next(200, 7000), ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        server.Resume();
    }

    async Task StandStillAsync(StillClock still, CancellationToken ending)
    {
        Count("still clock");
        _stills++;
        still.Stop();
        await Task.Delay(_longStill, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        still.GoOn();
    }

    /// <summary>A third of the requests fail, in one way.</summary>
    static Func<FaultRequest, Fault> OneOf(int seed)
    {
        var random = new Random(seed);
        Fault[] kinds =
        [
            Fault.Status(500), Fault.Status(503), Fault.Reset, Fault.Lost, Fault.Slow(TimeSpan.FromMilliseconds(300)),
            Fault.Torn(20),
        ];
        var fault = kinds[random.Next(kinds.Length)];
        return _ =>
        {
            lock (random)
                return random.Next(3) == 0 ? fault : Fault.None;
        };
    }

    void Count(string kind, string? of = null)
    {
        Counts[kind] = Counts.GetValueOrDefault(kind) + 1;
        _began.Enqueue((Stopwatch.GetTimestamp(), of is null ? kind : $"{kind} of {of}"));
    }
}
