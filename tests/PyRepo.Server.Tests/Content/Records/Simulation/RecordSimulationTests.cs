using System.Globalization;

namespace PyRepo.Server.Tests.Content.Records.Simulation;

/// <summary>
/// Replicas on a bucket under faults: what is acknowledged is never lost, and pages go one way. PYREPO_SEEDS says how
/// many runs are made, PYREPO_SEED replays one.
/// </summary>
public sealed class RecordSimulationTests(ITestOutputHelper output)
{
    /// <summary>From where a failure is shown.</summary>
    const int MaxTrace = 400;

    /// <summary>A run on a service that loses writes takes half a second.</summary>
    const int MaxFlawed = 200;

    [Fact]
    public void What_is_acknowledged_is_never_lost_and_pages_go_one_way()
    {
        var acknowledged = 0;
        foreach (var seed in GetSeeds(part: 1))
        {
            var result = RecordSimulation.Run(seed);
            acknowledged += result.Acknowledged;
            if (result.Wrong is not null)
                Assert.Fail(Describe(seed, PlantedFault.None));
        }
        output.WriteLine($"{acknowledged} acknowledged");
        Assert.NotEqual(0, acknowledged);
    }

    [Fact]
    public void A_seed_gives_the_same_run_each_time()
    {
        for (var seed = 1; seed <= 10; seed++)
            Assert.Equal(RecordSimulation.Run(seed).Fingerprint, RecordSimulation.Run(seed).Fingerprint);
        Assert.NotEqual(RecordSimulation.Run(1).Fingerprint, RecordSimulation.Run(2).Fingerprint);
    }

    [Theory]
    [InlineData("LooksFirstAndWritesLater", false)]
    [InlineData("LooksFirstAndWritesLater", true)]
    [InlineData("TakesBareTags", false)]
    [InlineData("RefusesRightTags", false)]
    [InlineData("RefusesRightTags", true)]
    public void On_a_service_that_does_not_keep_its_word_nothing_is_lost_and_nobody_is_blamed(
        string name, bool isLater)
    {
        var (flaw, acknowledged) = (Enum.Parse<ServiceFlaw>(name), 0);
        foreach (var seed in GetSeeds(part: 15).Take(MaxFlawed))
        {
            var result = RecordSimulation.Run(seed, flaw, isLater);
            acknowledged += result.Acknowledged;
            if (result.Wrong is not null)
                Assert.Fail(Describe(seed, RecordSimulation.Run(seed, flaw, isLater, isTraced: true)));
        }
        output.WriteLine($"{acknowledged} acknowledged");
        Assert.NotEqual(0, acknowledged);
    }

    // The model alone finds SentWhenInvalid and LateWriteForgotten so far.
    [Theory]
    [InlineData("NoNotice", 60)]
    [InlineData("ValidityAboveExpiry", 300)]
    [InlineData("LostAnswerSentAgain", 20)]
    [InlineData("EpochKeptAfterWrite", 80)]
    [InlineData("SoleEpochKept", 10)]
    [InlineData("AcknowledgedBeforeLook", 740)]
    [InlineData("NoCondition", 10)]
    [InlineData("ReadBeforeKnown", 180)]
    [InlineData("ProbeSkipped", 10)]
    [InlineData("LostWriteLeft", 10)]
    [InlineData("RefusalBlamedOnOthers", 10)]
    [InlineData("BrokenConditionsSent", 10)]
    [InlineData("QuotedTagsSent", 10)]
    public void A_planted_fault_is_found(string name, int within)
    {
        var fault = Enum.Parse<PlantedFault>(name);
        for (var seed = 1; seed <= within; seed++)
        {
            if (RecordSimulation.Run(seed, fault).Wrong is not { } wrong)
                continue;
            output.WriteLine($"{fault}: seed {seed}: {wrong}");
            if (ReadNumber("PYREPO_SEED") is not null)
                output.WriteLine(Describe(seed, fault));
            return;
        }
        Assert.Fail($"{fault} was not found within {within} seeds.");
    }

    /// <summary>The seeds that are asked for, or a part of them.</summary>
    static IEnumerable<int> GetSeeds(int part) => ReadNumber("PYREPO_SEED") is { } one
        ? [one] : Enumerable.Range(1, (ReadNumber("PYREPO_SEEDS") ?? 150) / part);

    static int? ReadNumber(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>Runs a seed again, and returns how it went.</summary>
    static string Describe(int seed, PlantedFault fault) =>
        Describe(seed, RecordSimulation.Run(seed, fault, isTraced: true));

    static string Describe(int seed, SimulationResult result) =>
        $"PYREPO_SEED={seed}: {result.Wrong}\n{string.Join('\n', result.Trace.TakeLast(MaxTrace))}";
}
