using System.Globalization;
using PyRepo.Resources.Values;
using PyRepo.Server.Endpoints.Api;

namespace PyRepo.Server.Commands;

/// <summary>Writes the result of <c>pyrepo policy replay</c>.</summary>
static class ReplayTable
{
    /// <summary>The releases that are named of those that are hidden in part.</summary>
    const int MaxInPart = 10;

    static readonly string[] _head = ["RELEASE", "FETCHED", "REFUSED BY", "INSTEAD"];

    /// <summary>Writes the releases, and about them what people should know.</summary>
    public static void Write(ReplayView view, TextWriter output, TextWriter notes)
    {
        if (view.Releases.Count > 0)
            Write([_head, .. view.Releases.Select(GetCells)], output);
        notes.WriteLine(
            $"From {GetText(view.From)} to {GetText(view.To)}, {view.Refused} of {Count(view.Downloads, "download")} "
            + $"would have been refused, of {Count(view.Releases.Count, "release")}.");
        if (view.InPart.Count > 0)
        {
            notes.WriteLine(
                $"Of {Count(view.InPart.Count, "release")} some files would have been hidden, and others not:");
            foreach (var row in view.InPart.Take(MaxInPart))
                notes.WriteLine($"  {GetRelease(row)}, fetched {Times(row.Affected)}: {GetRule(row)}");
            if (view.InPart.Count > MaxInPart)
                notes.WriteLine($"  and {view.InPart.Count - MaxInPart} more");
        }
        if (view.MoreReleases > 0)
            notes.WriteLine($"{Count(view.MoreReleases, "release")} more, with fewer downloads, are not listed.");
        if (view.NotJudged > 0)
        {
            notes.WriteLine(
                $"{Count(view.NotJudged, "download")} could not be judged: the release is on no page that the proxy "
                + "still has, or its version was not counted.");
        }
        foreach (var note in view.Notes)
            notes.WriteLine(ControlCharacters.Escape(note));
    }

    static void Write(IReadOnlyList<string[]> rows, TextWriter output)
    {
        var widths = Enumerable.Range(0, _head.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, column) => column == 1
                ? cell.PadLeft(widths[column])
                : cell.PadRight(widths[column]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }

    static string[] GetCells(ReplayView.Row row) =>
    [
        GetRelease(row),
        row.Affected == row.Downloads ? $"{row.Affected}" : $"{row.Affected} of {row.Downloads}",
        GetRule(row),
        ControlCharacters.Escape(row.Instead ?? "nothing"),
    ];

    static string GetRelease(ReplayView.Row row) => ControlCharacters.Escape($"{row.Project} {row.Version}");

    static string GetRule(ReplayView.Row row)
    {
        var until = row.Until is { } end ? $", until {GetText(DateOnly.FromDateTime(end.UtcDateTime))}" : "";
        return ControlCharacters.Escape(
            $"{row.Rule} {row.Entry}".TrimEnd() + until + (row.HiddenAlready ? " (hidden already)" : ""));
    }

    static string GetText(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    static string Count(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    static string Times(long count) => count == 1 ? "once" : $"{count} times";
}
