namespace PyRepo.Server.Tests.Content.Records.Simulation;

/// <summary>What a run is like. Each seed has its own: faults hide each other where all of them are frequent.</summary>
/// <param name="Replicas">The number of replicas.</param>
/// <param name="Length">How long it goes on.</param>
/// <param name="Thinking">How many seconds readers and writers pause at most.</param>
sealed record SimulationSettings(int Replicas, TimeSpan Length, double Thinking)
{
    /// <summary>
    /// How often a request or its answer is lost, or it is late, refused without a reason, or throttled, of 1000.
    /// </summary>
    public int Lost { get; init; }

    /// <inheritdoc cref="Lost"/>
    public int Late { get; init; }

    /// <inheritdoc cref="Lost"/>
    public int Refused { get; init; }

    /// <inheritdoc cref="Lost"/>
    public int Throttled { get; init; }

    /// <summary>How many seconds an answer takes at most.</summary>
    public double Latency { get; init; }

    /// <summary>How many seconds lie between two stops, kills or departures of processes, on average.</summary>
    public double Troubles { get; init; }

    /// <summary>Whether machines are paused, so that their clocks stand still.</summary>
    public bool Freezes { get; init; }

    /// <summary>Whether a process may stop just when it writes a record, of 1000.</summary>
    public int StopsWhenWriting { get; init; }

    /// <summary>What is wrong with the service.</summary>
    public ServiceFlaw Flaw { get; init; }

    /// <summary>From when on it is. What has tried the service before knows nothing of it.</summary>
    public TimeSpan FlawBegins { get; init; }

    /// <summary>Whether the service may lose what was acknowledged, until a replica puts it back.</summary>
    public bool MayLose => Flaw == ServiceFlaw.LooksFirstAndWritesLater && FlawBegins > TimeSpan.Zero;

    /// <summary>Whether all writes succeed: those who tried the service know what it takes.</summary>
    public bool MustTakeWrites => Flaw != ServiceFlaw.None && FlawBegins == TimeSpan.Zero;

    /// <summary>Returns a run on a flawed service, on which nothing else goes wrong.</summary>
    public SimulationSettings On(ServiceFlaw flaw, bool isLater) => this with
    {
        Flaw = flaw,
        FlawBegins = isLater ? Length / 2 : TimeSpan.Zero,
        Lost = 0,
        Late = 0,
        Refused = 0,
        Throttled = 0,
        Latency = Math.Min(Latency, 0.05),
        Troubles = TimeSpan.FromDays(1).TotalSeconds,
        Freezes = false,
        StopsWhenWriting = 0,
    };

    /// <summary>Chooses the settings of a run.</summary>
    public static SimulationSettings Choose(Random random)
    {
        var isBusy = random.Next(2) == 0;
        int Sometimes(int perThousand) => random.Next(2) == 0 ? 0 : random.Next(perThousand);
        return new(2 + random.Next(2), TimeSpan.FromSeconds(isBusy ? 15 : 150), isBusy ? 0.15 : 3)
        {
            Lost = Sometimes(40),
            Late = Sometimes(60),
            Refused = Sometimes(40),
            Throttled = Sometimes(40),
            Latency = random.Next(3) switch { 0 => 0.005, 1 => 0.05, _ => 0.6 },
            Troubles = isBusy ? 4 : 25,
            Freezes = random.Next(4) == 0,
            StopsWhenWriting = Sometimes(40),
        };
    }
}
