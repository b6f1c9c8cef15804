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
