namespace EndToEnd.Crashes.DiskFaults;

/// <summary>System calls that are to fail.</summary>
/// <param name="Matches">Which calls count.</param>
/// <param name="Skip">How many of them succeed first.</param>
/// <param name="Error">The error of the others, of errno(3).</param>
/// <param name="IsForGood">Whether all after that fail, or one.</param>
public sealed record DiskFault(Predicate<SupervisedCall> Matches, int Skip, int Error, bool IsForGood)
{
    /// <summary>Input/output error.</summary>
    public const int InputOutput = 5;

    /// <summary>No space left on device.</summary>
    public const int NoSpace = 28;

    /// <summary>Disk quota exceeded.</summary>
    public const int Quota = 122;
}
