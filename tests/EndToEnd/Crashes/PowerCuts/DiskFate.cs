namespace EndToEnd.Crashes.PowerCuts;

/// <summary>What becomes of an operation in a power cut.</summary>
public enum DiskFate
{
    /// <summary>It reached the disk.</summary>
    Whole,

    /// <summary>It did not.</summary>
    Lost,

    /// <summary>The file has its new length, but zeros for the bytes.</summary>
    Zeros,

    /// <summary>The first half of the bytes reached the disk.</summary>
    Half,
}
