namespace PyRepo.Server.Commands;

/// <summary>Shows a progress bar on standard error. Shows nothing if standard error is not a terminal.</summary>
sealed class ProgressBar(int total)
{
    const int Width = 30;
    readonly bool _shown = !Console.IsErrorRedirected;
    int _done;

    /// <summary>Counts one more item as done.</summary>
    public void Advance(string what)
    {
        _done++;
        if (!_shown)
            return;
        var filled = Width * _done / Math.Max(1, total);
        var line = $"[{new string('#', filled)}{new string('.', Width - filled)}] {_done}/{total} {what}";
        var width = Console.WindowWidth > 1 ? Console.WindowWidth - 1 : 79;
        Console.Error.Write("\r" + (line.Length > width ? line[..width] : line.PadRight(width)));
    }

    /// <summary>Ends the line.</summary>
    public void End()
    {
        if (_shown && _done > 0)
            Console.Error.WriteLine();
    }
}
