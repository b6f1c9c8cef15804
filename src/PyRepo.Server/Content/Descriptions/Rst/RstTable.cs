namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>Splits tables into the lines of their cells. A table with cells over several columns or rows, or that is
/// not drawn exactly, is none: it is shown as it was written.</summary>
/// <param name="Headers">The first rows, which are headers.</param>
/// <param name="Rows">The lines of the cells.</param>
sealed record RstTable(int Headers, List<List<string>[]> Rows)
{
    /// <summary>Whether a table of <c>+---+</c> begins.</summary>
    public static bool IsGridBorder(string line) =>
        line is ['+', '-', .., '-', '+'] && line.AsSpan().IndexOfAnyExcept('+', '-') < 0;

    /// <summary>Whether this is a line of <c>==== ====</c>.</summary>
    public static bool IsSimpleBorder(string line) =>
        line is ['=', .., '='] && line.Contains(' ', StringComparison.Ordinal)
        && line.AsSpan().IndexOfAnyExcept('=', ' ') < 0;

    /// <summary>Splits a table of <c>+---+</c>, or returns null.</summary>
    public static RstTable? OfGrid(List<string> lines, int maxCells)
    {
        List<int> edges = [];
        for (var at = lines[0].IndexOf('+'); at >= 0; at = lines[0].IndexOf('+', at + 1))
            edges.Add(at);
        var (columns, headers) = (edges.Count - 1, 0);
        List<List<string>[]> rows = [];
        foreach (var line in lines.Skip(1))
        {
            if (line.Length != lines[0].Length)
                return null;
            var isBorder = line.AsSpan().IndexOfAnyExcept("+-=") < 0;
            if (edges.Exists(edge => line[edge] is not '+' && (isBorder || line[edge] is not '|')))
                return null;
            if (isBorder && line[1] is '=' && line != lines[^1])
                headers = rows.Count;
            if (isBorder || rows.Count == 0)
                rows.Add(NewRow(columns));
            if (rows.Count * columns > maxCells)
                return null;
            for (var i = 0; i < columns && !isBorder; i++)
                rows[^1][i].Add(line[(edges[i] + 1)..edges[i + 1]].TrimEnd());
        }
        // A row begins after each border, the last one too.
        if (rows.Count < 2 || !IsGridBorder(lines[^1]))
            return null;
        rows.RemoveAt(rows.Count - 1);
        return new(headers, [.. rows.Select(row => Array.ConvertAll(row, RstLines.Dedent))]);
    }

    /// <summary>Returns how many lines a table of <c>==== ====</c> has, or 0 if it does not end.</summary>
    public static int LengthOfSimple(RstLines lines)
    {
        var borders = 0;
        for (var i = 1; lines.At + i < lines.Count; i++)
        {
            if (!IsSimpleBorder(lines.Peek(i)))
                continue;
            if (lines.Peek(i).Length != lines.Current.Length)
                return 0;
            if (++borders == 2 || lines.Peek(i + 1).Length == 0)
                return i + 1;
        }
        return 0;
    }

    /// <summary>Splits a table of <c>==== ====</c>, or returns null.</summary>
    public static RstTable? OfSimple(List<string> lines, int maxCells)
    {
        var starts = Enumerable.Range(0, lines[0].Length)
            .Where(i => lines[0][i] is '=' && (i == 0 || lines[0][i - 1] is ' ')).ToList();
        var headers = 0;
        List<List<string>[]> rows = [];
        foreach (var line in lines.Skip(1).SkipLast(1))
        {
            if (IsSimpleBorder(line))
                headers = rows.Count;
            // The gaps between columns are empty, or the cell goes over several.
            else if ((line is ['-', ..] && line.AsSpan().IndexOfAnyExcept("- ") < 0)
                || HasTextInGap(line, lines[0], starts))
                return null;
            else if (line.Length > 0)
                AddLine(rows, line, starts);
            if ((long)rows.Count * starts.Count > maxCells)
                return null;
        }
        return rows.Count == 0 ? null : new(headers, [.. rows.Select(row => Array.ConvertAll(row, RstLines.Dedent))]);
    }

    static bool HasTextInGap(string line, string border, List<int> starts)
    {
        var end = Math.Min(line.Length, starts[^1]);
        for (var i = 0; i < end; i++)
        {
            if (border[i] is ' ' && line[i] is not ' ')
                return true;
        }
        return false;
    }

    static void AddLine(List<List<string>[]> rows, string line, List<int> starts)
    {
        if (line[0] is not ' ' || rows.Count == 0)
            rows.Add(NewRow(starts.Count));
        for (var i = 0; i < starts.Count; i++)
        {
            var end = i + 1 < starts.Count ? Math.Min(starts[i + 1], line.Length) : line.Length;
            rows[^1][i].Add(starts[i] < end ? line[starts[i]..end].TrimEnd() : "");
        }
    }

    static List<string>[] NewRow(int columns) => [.. Enumerable.Range(0, columns).Select(_ => new List<string>())];
}
