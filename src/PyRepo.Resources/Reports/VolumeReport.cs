namespace PyRepo.Resources.Reports;

/// <summary>How full the volume with a repository's data is, some seconds ago.</summary>
/// <param name="Size">The bytes of its file system.</param>
/// <param name="Free">Those of them that a server may still use.</param>
public sealed record VolumeReport(long Size, long Free)
{
    /// <summary>The percentage in use, rounded down.</summary>
    public int GetUsedPercent() => Size <= 0 ? 0 : (int)((Size - (Int128)Math.Clamp(Free, 0, Size)) * 100 / Size);
}
