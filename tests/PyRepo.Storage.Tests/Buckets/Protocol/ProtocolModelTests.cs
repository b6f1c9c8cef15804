using System.Globalization;

namespace PyRepo.Storage.Tests.Buckets.Protocol;

/// <summary>
/// The protocol of replicas in all orders of its steps: what is acknowledged is never lost, pages go one way, and one
/// replica at most takes itself for alone. PYREPO_STATES says how many states each test looks at.
/// </summary>
public sealed class ProtocolModelTests(ITestOutputHelper output)
{
    static int MaxStates { get; } =
        Environment.GetEnvironmentVariable("PYREPO_STATES") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture) : 100_000;

    [Fact]
    public void It_holds_for_two_replicas_that_know_each_other_and_write() =>
        RequireRight(new(2, 2) { AreSettled = true, Lost = 1 });

    [Fact]
    public void It_holds_while_replicas_start_and_are_alone() => RequireRight(new(2, 2) { Lost = 1 });

    [Fact]
    public void It_holds_when_others_come_between_the_steps_of_a_renewal() =>
        RequireRight(new(2, 1) { AreSettled = true, Lost = 1, HasFineSteps = true });

    [Fact]
    public void It_holds_for_three_replicas() => RequireRight(new(3, 1) { AreSettled = true, Lost = 1 });

    [Fact]
    public void It_holds_when_one_wakes_up_that_was_dropped_in_a_write() =>
        RequireRight(new(3, 2) { AreSettled = true, HasSilentWriter = true });

    [Fact]
    public void It_holds_when_replicas_leave() => RequireRight(new(2, 2) { AreSettled = true, Lost = 1, Leaves = 1 });

    [Fact]
    public void What_is_acknowledged_shows_although_a_machine_was_paused() =>
        RequireRight(new(2, 2) { AreSettled = true, Freezes = 1 });

    [Theory]
    [InlineData("NoNotice", 10_000)]
    [InlineData("ValidityAboveExpiry", 100_000)]
    [InlineData("AcknowledgedBeforeLook", 500_000)]
    [InlineData("LostAnswerSentAgain", 1_000_000)]
    [InlineData("EpochKeptAfterWrite", 50_000)]
    [InlineData("SoleEpochKept", 10_000)]
    [InlineData("NoCondition", 1_000_000)]
    [InlineData("LateWriteForgotten", 100_000)]
    [InlineData("ReadBeforeKnown", 1_000_000)]
    [InlineData("ProbeSkipped", 1_000_000)]
    public void A_planted_fault_is_found(string name, int within)
    {
        var result = Check(new(2, 2) { AreSettled = true, Lost = 1 }, Enum.Parse<PlantedFault>(name), within);
        Assert.NotNull(result.Wrong);
    }

    [Fact]
    public void A_write_from_when_a_replica_was_alone_is_found_that_it_never_announced() =>
        Assert.NotNull(Check(new(2, 1) { Lost = 1 }, PlantedFault.OwnWriteForgotten, 2_000_000).Wrong);

    [Fact]
    public void A_write_that_is_sent_too_late_is_found() => Assert.NotNull(
        Check(new(3, 1) { AreSettled = true, HasSilentWriter = true }, PlantedFault.SentWhenInvalid, 10_000).Wrong);

    [Fact]
    public void That_no_write_is_ever_acknowledged_is_found()
    {
        var alone = new ModelBounds(1, 1);
        var (right, broken) = (Check(alone, PlantedFault.None, MaxStates),
            Check(alone, PlantedFault.BrokenConditionsSent, MaxStates));
        Assert.True(right.IsComplete && broken.IsComplete);
        Assert.Equal((1, 0), (right.Acknowledged, broken.Acknowledged));
    }

    void RequireRight(ModelBounds bounds)
    {
        var result = Check(bounds, PlantedFault.None, MaxStates);
        Assert.True(result.Wrong is null, result.ToString());
        // Of three replicas, the first half a million states are those before any acknowledgement.
        if (MaxStates >= 1_000_000)
            Assert.InRange(result.Acknowledged, 1, bounds.Events);
    }

    CheckResult Check(ModelBounds bounds, PlantedFault fault, int maxStates)
    {
        var result = new ModelChecker(new(bounds, fault), maxStates).Run();
        output.WriteLine($"{fault} {bounds}: {result}");
        return result;
    }
}
