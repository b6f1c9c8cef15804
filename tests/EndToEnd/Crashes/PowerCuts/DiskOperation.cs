namespace EndToEnd.Crashes.PowerCuts;

/// <summary>
/// A change of a folder or of a file's bytes, which a power cut may undo as long as it is not flushed.
/// </summary>
public abstract class DiskOperation
{
    /// <summary>The line of the trace in which it began.</summary>
    public required int Start { get; init; }

    /// <summary>The line in which it returned.</summary>
    public required int End { get; init; }

    /// <summary>The line in which it was flushed.</summary>
    public int DurableFrom { get; set; } = int.MaxValue;

    /// <summary>Whether its flush failed, so that no later one writes it.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>The operation of which it is the other half: a rename happens as a whole or not at all.</summary>
    public DiskOperation? HalfOf { get; init; }

    /// <summary>A name in a folder that now leads to a file or folder, or to nothing.</summary>
    public sealed class Named : DiskOperation
    {
        public required string Name { get; init; }

        public required DiskNode? Node { get; init; }
    }

    /// <summary>Bytes written to a file.</summary>
    public sealed class Written : DiskOperation
    {
        public required long Offset { get; init; }

        public required byte[] Bytes { get; init; }
    }

    /// <summary>A file's new length.</summary>
    public sealed class Resized : DiskOperation
    {
        public required long Length { get; init; }

        /// <summary>Whether a longer file keeps its length.</summary>
        public bool OnlyGrows { get; init; }
    }
}
