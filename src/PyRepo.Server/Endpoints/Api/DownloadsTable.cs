using PyRepo.Downloads;
using PyRepo.Resources.Values;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>Writes who downloaded what for a terminal, whose cursor no name in it can move.</summary>
static class DownloadsTable
{
    /// <summary>Returns all of it as one text.</summary>
    public static string Write(DownloadAnswer answer)
    {
        using var text = new StringWriter();
        WriteRows(answer.Rows, text);
        WriteNotes(answer, text);
        return text.ToString();
    }

    /// <summary>Writes who downloaded what. Requests for parts of a file alone have no row.</summary>
    public static void WriteRows(IEnumerable<CallerDownloads> rows, TextWriter output)
    {
        var cells = rows.Where(row => !row.Part).OrderBy(row => row.First, StringComparer.Ordinal)
            .Select(row => (string[])[.. DownloadTexts.GetCells(row).Select(ControlCharacters.Escape)]).ToList();
        if (cells.Count == 0)
            return;
        cells.Insert(0, [.. DownloadTexts.Head.Select(name => name.ToUpperInvariant())]);
        var widths = Enumerable.Range(0, cells[0].Length).Select(at => cells.Max(row => row[at].Length)).ToArray();
        foreach (var row in cells)
            output.WriteLine(string.Join("  ", row.Select((cell, at) => cell.PadRight(widths[at]))).TrimEnd());
    }

    /// <summary>Writes the sum, and what the answer lacks.</summary>
    public static void WriteNotes(DownloadAnswer answer, TextWriter notes)
    {
        var callers = answer.Rows.Where(row => !row.Part).Select(DownloadTexts.GetCaller).Distinct().Count();
        notes.WriteLine(
            $"{DownloadTexts.Count(answer.Downloads, "download")} by {DownloadTexts.Count(callers, "caller")}.");
        foreach (var note in DownloadTexts.GetNotes(answer))
            notes.WriteLine(ControlCharacters.Escape(note));
    }
}
