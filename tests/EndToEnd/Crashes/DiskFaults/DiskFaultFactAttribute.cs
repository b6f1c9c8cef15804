namespace EndToEnd.Crashes.DiskFaults;

/// <summary>A test in which system calls fail.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DiskFaultFactAttribute : FactAttribute
{
    public DiskFaultFactAttribute() => Skip = DiskFaultTheoryAttribute.Reason;
}
