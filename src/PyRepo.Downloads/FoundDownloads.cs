namespace PyRepo.Downloads;

/// <summary>The downloads that a query asks for.</summary>
/// <param name="Rows">A row for each file and caller.</param>
/// <param name="Lost">How many downloads, of whatever project, were not written to the log in this time.</param>
/// <param name="LeftOut">How many downloads are in no row, because there are too many.</param>
/// <param name="IsComplete">Whether all files of that time could be read.</param>
sealed record FoundDownloads(IReadOnlyList<CallerDownloads> Rows, long Lost, long LeftOut, bool IsComplete);
