using System.Globalization;

namespace PyRepo.Server.Tests.Content.Records.Simulation;

/// <summary>
/// Time and chance of a simulation, which runs on one thread. What happens is a matter of the seed alone: the order of
/// events, how long they take, and which processes run first.
/// </summary>
/// <param name="seed">The seed.</param>
/// <param name="isTraced">Whether what happens is written down.</param>
sealed class SimulatedWorld(int seed, bool isTraced)
{
    readonly PriorityQueue<Action, (long At, long Number)> _events = new();
    readonly List<SimulatedProcess> _processes = [];
    readonly int _thread = Environment.CurrentManagedThreadId;
    long _made;

    /// <summary>Chance.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>The time since the start, in ticks.</summary>
    public long Now { get; private set; }

    /// <summary>What happened, as a number that differs if anything else did.</summary>
    public ulong Fingerprint { get; private set; } = 14695981039346656037;

    /// <summary>What happened, in lines, if it is written down.</summary>
    public List<string> Trace { get; } = [];

    /// <summary>What went wrong first, or null.</summary>
    public string? Wrong { get; private set; }

    /// <summary>Whether a chance of so many in a thousand comes true.</summary>
    public bool Happens(int perThousand) => Random.Next(1000) < perThousand;

    /// <summary>Returns a time from an interval.</summary>
    public TimeSpan Between(double fromSeconds, double toSeconds) =>
        TimeSpan.FromSeconds(fromSeconds + ((toSeconds - fromSeconds) * Random.NextDouble()));

    /// <summary>Does something after a time.</summary>
    public void After(TimeSpan time, Action action) =>
        _events.Enqueue(action, (Now + Math.Max(0, time.Ticks), _made++));

    /// <summary>Adds a process.</summary>
    public void Add(SimulatedProcess process) => _processes.Add(process);

    /// <summary>Writes down what happens.</summary>
    public void Note(string what, string who, long value = 0)
    {
        Mix(what);
        Mix(who);
        Mix((ulong)value);
        Mix((ulong)Now);
        if (isTraced)
        {
            Trace.Add(string.Create(
                CultureInfo.InvariantCulture, $"{TimeSpan.FromTicks(Now).TotalSeconds,9:F3} {who} {what} {value}"));
        }
    }

    /// <summary>Notes that something is wrong. The run ends.</summary>
    public void Fail(string wrong) =>
        Wrong ??= string.Create(CultureInfo.InvariantCulture, $"{wrong}, {TimeSpan.FromTicks(Now).TotalSeconds:F3} s");

    /// <summary>Makes sure that nothing goes on beside the simulation, where chance has no seed.</summary>
    public void RequireThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException("The simulation was left: another thread goes on with what it began.");
    }

    /// <summary>Lets time pass.</summary>
    public void Run(TimeSpan time)
    {
        var ready = new List<SimulatedProcess>();
        while (Wrong is null)
        {
            ready.Clear();
            foreach (var process in _processes)
            {
                if (process.IsReady)
                    ready.Add(process);
            }
            if (ready.Count > 0)
            {
                ready[ready.Count == 1 ? 0 : Random.Next(ready.Count)].RunNext();
                continue;
            }
            if (!_events.TryPeek(out var next, out var due) || due.At > time.Ticks)
                return;
            _events.Dequeue();
            Now = due.At;
            next();
        }
    }

    void Mix(string text)
    {
        foreach (var letter in text)
            Fingerprint = (Fingerprint ^ letter) * 1099511628211;
    }

    void Mix(ulong value)
    {
        Fingerprint = (Fingerprint ^ value) * 1099511628211;
        Fingerprint ^= Fingerprint >> 29;
    }
}
