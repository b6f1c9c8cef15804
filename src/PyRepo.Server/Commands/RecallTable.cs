using PyRepo.Downloads;
using PyRepo.Server.Platform.Logging;

namespace PyRepo.Server.Commands;

/// <summary>Writes the result of <c>pyrepo recall</c>.</summary>
static class RecallTable
{
    static readonly string[] _head =
        ["CALLER", "POD", "NODE", "RELEASE", "TIMES", "FIRST", "LAST", "WITH", "ASKED", "SERVED"];

    /// <summary>Writes who downloaded what. Requests for parts of a file alone have no row.</summary>
    public static void Write(IEnumerable<CallerDownloads> rows, TextWriter output)
    {
        var cells = rows.Where(row => !row.Part).OrderBy(row => row.First, StringComparer.Ordinal)
            .Select(row => (string[])[.. GetCells(row).Select(ControlCharacters.Escape)]).ToList();
        if (cells.Count == 0)
            return;
        cells.Insert(0, _head);
        var widths = Enumerable.Range(0, _head.Length).Select(column => cells.Max(row => row[column].Length)).ToArray();
        foreach (var row in cells)
            output.WriteLine(string.Join("  ", row.Select((cell, at) => cell.PadRight(widths[at]))).TrimEnd());
    }

    /// <summary>Writes the sum, and what the answer lacks.</summary>
    public static void WriteNotes(DownloadAnswer answer, TextWriter notes)
    {
        var rows = answer.Rows.Where(row => !row.Part).ToList();
        var callers = rows.Select(GetCaller).Distinct().Count();
        notes.WriteLine($"{Count(answer.Downloads, "download")} by {Count(callers, "caller")}.");
        var parts = answer.Rows.Where(row => row.Part).Sum(row => row.Downloads);
        if (parts > 0)
        {
            notes.WriteLine(
                $"{Count(parts, "request")} for a part that does not begin with the first byte are not listed: "
                + "installers read metadata in that way, and resume downloads. --format json has them.");
        }
        foreach (var name in answer.NotLogged)
            notes.WriteLine(ControlCharacters.Escape($"'{name}' keeps no log now: spec.downloadLog is not set."));
        foreach (var name in answer.Incomplete)
            notes.WriteLine(ControlCharacters.Escape($"The log of '{name}' is missing here, or a part of it."));
        if (answer.Lost > 0)
            notes.WriteLine($"{Count(answer.Lost, "download")} could not be written to the log in this time.");
    }

    static string[] GetCells(CallerDownloads row) =>
    [
        GetCaller(row), row.Pod ?? "-", row.Node ?? "-", $"{row.Project} {row.Version ?? row.File}", $"{row.Downloads}",
        GetTime(row.First), GetTime(row.Last),
        row.Python is null ? row.Installer : $"{row.Installer}, Python {row.Python}", row.Asked, row.Served,
    ];

    static string GetCaller(CallerDownloads row)
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

    /// <summary>Returns a time without its milliseconds.</summary>
    static string GetTime(string time) => time.Length > 20 ? $"{time[..19]}Z" : time;

    static string Count(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
