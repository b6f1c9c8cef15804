namespace EndToEnd.Crashes.PowerCuts;

/// <summary>A test that traces the server's system calls.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PowerCutFactAttribute : FactAttribute
{
    public PowerCutFactAttribute()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists($"{p}/strace")))
            Skip = "A power cut is simulated from a trace of system calls, which needs strace.";
    }
}
