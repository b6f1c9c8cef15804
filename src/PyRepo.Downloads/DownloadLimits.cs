namespace PyRepo.Downloads;

/// <summary>The limits of the download log.</summary>
static class DownloadLimits
{
    /// <summary>
    /// The downloads that wait in memory to be written. If the store takes none, further ones are counted as lost.
    /// </summary>
    public const int MaxQueued = 50_000;

    /// <summary>The characters of a text that a client or its token chose.</summary>
    public const int MaxTextLength = 300;

    /// <summary>
    /// The rows of one answer: the combinations of file and caller. Downloads that would be in further rows are counted.
    /// </summary>
    public const int MaxRows = 10_000;

    /// <summary>
    /// Those of callers who said nothing of themselves that was verified. Anybody can make many of them, so that they must
    /// not take the place of others.
    /// </summary>
    public const int MaxUnknownRows = 1000;

    /// <summary>The files of the log that are merged at once.</summary>
    public const int MaxMergedFiles = 64;

    /// <summary>The index of a file of the log, in bytes. A longer one is not of this program.</summary>
    public const int MaxIndexLength = 256 << 20;

    /// <summary>The lines of one frame of a file, in bytes, before the last one.</summary>
    public const int FrameLength = 256 << 10;

    /// <summary>The longest line, in bytes.</summary>
    public const int MaxLineLength = 32 << 10;
}
