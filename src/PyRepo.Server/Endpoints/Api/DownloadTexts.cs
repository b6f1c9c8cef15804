using System.Globalization;
using PyRepo.Downloads;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>Says in words who downloaded what: on a page, and on a terminal.</summary>
static class DownloadTexts
{
    /// <summary>The names of the columns.</summary>
    public static IReadOnlyList<string> Head { get; } =
        ["Caller", "Pod", "Node", "Release", "Times", "First", "Last", "With", "Asked", "Served"];

    /// <summary>Returns the cells of a row.</summary>
    public static IReadOnlyList<string> GetCells(CallerDownloads row) =>
    [
        GetCaller(row), row.Pod ?? "-", row.Node ?? "-", $"{row.Project} {row.Version ?? row.File}",
        row.Downloads.ToString(CultureInfo.InvariantCulture), GetTime(row.First), GetTime(row.Last),
        row.Python is null ? row.Installer : $"{row.Installer}, Python {row.Python}", row.Asked, row.Served,
    ];

    /// <summary>Returns the caller of a row.</summary>
    public static string GetCaller(CallerDownloads row)
    {
        var name = row.Caller switch
        {
            CallerKind.Anonymous => "(anonymous)",
            CallerKind.Unverified => "(unverified)",
            CallerKind.Forgotten => "(forgotten)",
            CallerKind.ServiceAccount => $"{row.Namespace}/{row.Name}",
            _ => row.Name ?? "",
        };
        if (row.Run is not null)
            name = $"{name} run {row.Run}";
        return row.Token is null ? name : $"{name} (token {row.Token})".TrimStart();
    }

    /// <summary>Returns what the answer lacks, in sentences.</summary>
    public static IEnumerable<string> GetNotes(DownloadAnswer answer)
    {
        var parts = answer.Rows.Where(row => row.Part).Sum(row => row.Downloads);
        if (parts > 0)
        {
            yield return $"{Count(parts, "request")} for a part that does not begin with the first byte are not listed"
                + ": installers read metadata in that way, and resume downloads. JSON and CSV have them.";
        }
        if (answer.IsWithdrawn)
            yield return "The advisory was withdrawn: it affects nothing, and these downloads raise no alarm.";
        if (answer.LeftOut > 0)
        {
            yield return $"{Count(answer.LeftOut, "download")} are of more callers than one answer has: ask about one "
                + "version, or since a later time.";
        }
        foreach (var name in answer.NotLogged)
            yield return $"'{name}' has no download log, so its downloads are missing: set spec.downloadLog.";
        foreach (var name in answer.Incomplete)
            yield return $"The log of '{name}' is missing here, or a part of it.";
        if (answer.Lost > 0)
            yield return $"{Count(answer.Lost, "download")} could not be written to the log in this time.";
    }

    /// <summary>Returns a number with a noun.</summary>
    public static string Count(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    /// <summary>Returns a time without its milliseconds.</summary>
    static string GetTime(string time) => time.Length > 20 ? $"{time[..19]}Z" : time;
}
