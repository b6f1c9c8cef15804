namespace EndToEnd.Crashes.PowerCuts;

/// <summary>A test with several rows that traces the server's system calls.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PowerCutTheoryAttribute : TheoryAttribute
{
    public PowerCutTheoryAttribute() => Skip = new PowerCutFactAttribute().Skip;
}
