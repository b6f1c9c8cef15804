namespace EndToEnd.Buckets;

/// <summary>A test of servers whose clocks stand still.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StillClockFactAttribute : FactAttribute
{
    public StillClockFactAttribute() => Skip =
        StillClock.Library is null ? "Clocks are stopped with libfaketime, which is not installed." : null;
}
