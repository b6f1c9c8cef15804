using System.Globalization;

namespace PyRepo.Downloads;

/// <summary>
/// The keys of the log's files: <c>downloads/LOG/DAY/NAME.jsonl.zst</c>. LOG is the repository whose spec asks for the
/// log: the one with the store, or a group that it is a member of. A name is <c>REPLICA.LEVEL-ID</c>, or <c>merged</c>.
/// </summary>
static class DownloadLogLayout
{
    /// <summary>The folder of all logs in a store.</summary>
    public const string Folder = "downloads/";

    const string Suffix = ".jsonl.zst";
    const string Merged = "merged";
    const string DayFormat = "yyyy-MM-dd";

    /// <summary>Returns the key of a file that a replica wrote.</summary>
    /// <param name="day">The log and the day.</param>
    /// <param name="replica">The replica.</param>
    /// <param name="level">How often its lines were merged.</param>
    public static string GetKey(LogDay day, string replica, int level) =>
        $"{day.Folder}{replica}.{level}-{Guid.CreateVersion7():N}{Suffix}";

    /// <summary>Returns the key of the file with all lines of a day that is over.</summary>
    public static string GetMerged(LogDay day) => $"{day.Folder}{Merged}{Suffix}";

    /// <summary>Returns the last segment of a key.</summary>
    public static string GetName(string key) => key[(key.LastIndexOf('/') + 1)..];

    /// <summary>Returns how often the lines of a replica's file were merged, or null if it is not the replica's.</summary>
    public static int? FindLevel(string key, string replica)
    {
        var name = GetName(key).AsSpan();
        return name.StartsWith($"{replica}.") && name[(replica.Length + 1)..] is { Length: > 1 } rest
            && rest[1] == '-' && char.IsAsciiDigit(rest[0])
                ? rest[0] - '0'
                : null;
    }

    /// <summary>Gets the log and the day of a file of the log. Returns false for what somebody else put there.</summary>
    public static bool IsFile(string key, out LogDay day) =>
        TryParse(key, out day) && key.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>Gets the log and the day of a file's key, or of a folder with a slash. Returns false for others.</summary>
    public static bool TryParse(ReadOnlySpan<char> key, out LogDay day)
    {
        day = default;
        if (!key.StartsWith(Folder, StringComparison.Ordinal))
            return false;
        var rest = key[Folder.Length..];
        if (rest.IndexOf('/') is not (> 0 and var slash) || rest.Length <= slash + 1 + DayFormat.Length
            || rest[slash + 1 + DayFormat.Length] != '/'
            || !DateOnly.TryParseExact(
                rest.Slice(slash + 1, DayFormat.Length), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None,
                out var date))
        {
            return false;
        }
        day = new LogDay(rest[..slash].ToString(), date);
        return true;
    }
}

/// <summary>A day of a log.</summary>
/// <param name="Log">The repository whose log it is.</param>
/// <param name="Day">The day, in UTC.</param>
readonly record struct LogDay(string Log, DateOnly Day)
{
    /// <summary>The folder of its files.</summary>
    public string Folder => string.Create(
        CultureInfo.InvariantCulture, $"{DownloadLogLayout.Folder}{Log}/{Day:yyyy-MM-dd}/");
}
