namespace EndToEnd.Crashes.DiskFaults;

/// <summary>A test with several rows in which system calls fail.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DiskFaultTheoryAttribute : TheoryAttribute
{
    public DiskFaultTheoryAttribute() => Skip = DiskFaultFactAttribute.Reason;
}
