namespace PyRepo.Server.Commands;

/// <summary>Shows a progress bar on standard error. Shows nothing if standard error is not a terminal.</summary>
sealed class ProgressBar(int total)
{
    const int Width = 30;
    readonly bool _shown = !Console.IsErrorRedirected;
    int _done;
    bool _isStarted;

    /// <summary>Counts one more item as done.</summary>
    public void Advance(string what)
    {
        _done++;
        Show(what);
    }

    /// <summary>Shows what is done at the moment.</summary>
    public void Show(string what) => Show(_done, total, what);

    /// <summary>Shows what is done at the moment, of a total that may change.</summary>
    public void Show(int done, int of, string what)
    {
        if (!_shown)
            return;
        _isStarted = true;
        var filled = Math.Min(Width, (int)((long)Width * done / Math.Max(1, of)));
        var line = $"[{new string('#', filled)}{new string('.', Width - filled)}] {done}/{of} {what}";
        var width = Console.WindowWidth > 1 ? Console.WindowWidth - 1 : 79;
        Console.Error.Write("\r" + (line.Length > width ? line[..width] : line.PadRight(width)));
    }

    /// <summary>Ends the line.</summary>
    public void End()
    {
        if (_isStarted)
            Console.Error.WriteLine();
    }
}
