namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>Lines of a text in reStructuredText, and where one is in them. Each has no tabs, and no spaces at its end.
/// </summary>
sealed class RstLines(IReadOnlyList<string> all)
{
    /// <summary>The number of the line that is read next.</summary>
    public int At { get; set; }

    /// <summary>How many lines there are.</summary>
    public int Count => all.Count;

    /// <summary>Whether all were read.</summary>
    public bool IsAtEnd => At >= all.Count;

    /// <summary>The line that is read next.</summary>
    public string Current => all[At];

    /// <summary>Returns a line after the next one; beyond the end, lines are empty.</summary>
    public string Peek(int offset) => At + offset < all.Count ? all[At + offset] : "";

    /// <summary>Returns lines from the next one on, and goes beyond them.</summary>
    public List<string> Take(int count)
    {
        List<string> taken = [];
        for (; taken.Count < count; At++)
            taken.Add(all[At]);
        return taken;
    }

    /// <summary>Returns the lines up to an empty one.</summary>
    public List<string> TakeParagraph()
    {
        var count = 0;
        while (Peek(count).Length > 0)
            count++;
        return Take(count);
    }

    /// <summary>Returns the lines that have at least so many spaces before them, with the empty lines between them.
    /// </summary>
    public List<string> TakeIndented(int indent)
    {
        List<string> taken = [];
        var kept = 0;
        for (var i = At; i < all.Count && (all[i].Length == 0 || IndentOf(all[i]) >= indent); i++)
        {
            taken.Add(all[i]);
            if (all[i].Length > 0)
                kept = taken.Count;
        }
        At += kept;
        taken.RemoveRange(kept, taken.Count - kept);
        return taken;
    }

    /// <summary>Returns the first line of an item from a column on, with its other lines.</summary>
    public List<string> TakeItem(int column)
    {
        var first = Current.Length > column ? Current[column..] : "";
        At++;
        List<string> item = [first, .. TakeIndented(column)];
        for (var i = 1; i < item.Count; i++)
            item[i] = item[i].Length > column ? item[i][column..] : "";
        return item;
    }

    /// <summary>Takes away as many spaces as are before all of some lines.</summary>
    public static List<string> Dedent(List<string> lines)
    {
        var indent = lines.Where(line => line.Length > 0).Select(IndentOf).DefaultIfEmpty(0).Min();
        return indent == 0 ? lines : [.. lines.Select(line => line.Length > indent ? line[indent..] : "")];
    }

    /// <summary>The spaces before a line.</summary>
    public static int IndentOf(string line)
    {
        var indent = line.AsSpan().IndexOfAnyExcept(' ');
        return indent < 0 ? line.Length : indent;
    }

    /// <summary>Whether a line is one punctuation character again and again.</summary>
    public static bool IsAdornment(string line) =>
        line.Length > 0 && IsPunctuation(line[0]) && line.AsSpan().IndexOfAnyExcept(line[0]) < 0;

    /// <summary>Whether titles can be underlined with this.</summary>
    public static bool IsPunctuation(char c) => char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c));
}
