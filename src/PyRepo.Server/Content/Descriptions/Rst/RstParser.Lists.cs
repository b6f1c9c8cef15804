namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>Reads lists of all kinds.</summary>
sealed partial class RstParser
{
    RstBlock.Items ReadBullets(RstLines lines, int depth)
    {
        var bullet = lines.Current[0];
        List<IReadOnlyList<RstBlock>> items = [];
        do
        {
            items.Add(ReadAll(lines.TakeItem(RstMarks.BulletWidth(lines.Current)), depth + 1));
        }
        while (SkipTo(lines, line => line[0] == bullet && RstMarks.BulletWidth(line) > 0));
        return new(null, items);
    }

    RstBlock.Items ReadNumbers(RstLines lines, RstNumber first, int depth)
    {
        List<IReadOnlyList<RstBlock>> items = [];
        var last = first;
        do
        {
            last = RstNumber.Of(lines.Current)! with { Value = first.Value + items.Count };
            items.Add(ReadAll(lines.TakeItem(last.Width), depth + 1));
        }
        while (SkipTo(lines, line => RstNumber.Of(line) is { } next && last.IsBefore(next)));
        return new(first.Value, items);
    }

    RstBlock.Definitions ReadFields(RstLines lines, int depth)
    {
        List<RstBlock.Definition> fields = [];
        do
        {
            var line = lines.Current;
            var end = RstMarks.FieldEnd(line);
            fields.Add(new(line[1..end], false, null, ReadAll(TakeBody(lines, end + 1), depth + 1)));
        }
        while (SkipTo(lines, line => RstMarks.FieldEnd(line) > 0));
        return new(fields);
    }

    RstBlock.Definitions ReadOptions(RstLines lines, int depth)
    {
        List<RstBlock.Definition> options = [];
        do
        {
            var line = lines.Current;
            var end = RstMarks.OptionEnd(line);
            options.Add(new(line[..end], true, null, ReadAll(TakeBody(lines, end), depth + 1)));
        }
        while (SkipTo(lines, line => RstMarks.OptionEnd(line) > 0));
        return new(options);
    }

    RstBlock.Definitions ReadDefinitions(RstLines lines, int depth)
    {
        List<RstBlock.Definition> definitions = [];
        do
        {
            var term = lines.Current;
            lines.At++;
            definitions.Add(new(term, false, null, ReadAll(RstLines.Dedent(lines.TakeIndented(1)), depth + 1)));
        }
        while (SkipTo(lines, line => lines.Peek(1) is [' ', ..] && IsText(line)));
        return new(definitions);
    }

    static RstBlock.Lines ReadLineBlock(RstLines lines)
    {
        List<List<string>> all = [];
        foreach (var line in lines.TakeParagraph())
        {
            if (line[0] is ' ' && all.Count > 0)
                all[^1].Add(line.Trim());
            else
                all.Add([line[0] is not '|' ? line : line.Length > 2 ? line[2..] : ""]);
        }
        return new([.. all.Select(parts => string.Join(' ', parts))]);
    }

    /// <summary>Takes the rest of a line from a column on, and the indented lines after it.</summary>
    static List<string> TakeBody(RstLines lines, int column)
    {
        var first = lines.Current[column..].TrimStart();
        lines.At++;
        return [first, .. RstLines.Dedent(lines.TakeIndented(1))];
    }

    static bool IsText(string line) => line[0] is not ' ' && !RstMarks.IsExplicit(line)
        && RstMarks.BulletWidth(line) == 0 && RstNumber.Of(line) is null && RstMarks.FieldEnd(line) == 0
        && line[0] is not '|' && !RstLines.IsAdornment(line);

    /// <summary>Goes on to the next line that is not empty, if that is what is looked for.</summary>
    static bool SkipTo(RstLines lines, Func<string, bool> isNext)
    {
        var start = lines.At;
        while (!lines.IsAtEnd && lines.Current.Length == 0)
            lines.At++;
        if (!lines.IsAtEnd && isNext(lines.Current))
            return true;
        lines.At = start;
        return false;
    }
}
