using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>Reads the blocks of a text. Each level of nesting copies its lines once, and the levels are bounded, so
/// that the time is linear.</summary>
sealed partial class RstParser(WorkBudget budget)
{
    /// <summary>The levels of nesting. Deeper text is shown as it was written.</summary>
    const int MaxDepth = 12;

    readonly RstNames _names = new(budget);
    readonly List<(char Mark, bool HasOverline)> _titleStyles = [];
    readonly List<string> _waiting = [];
    bool _isBroken;
    int _cells;

    /// <summary>Reads a text.</summary>
    /// <exception cref="TooCostlyException">It costs too much.</exception>
    public static RstDocument Parse(IReadOnlyList<string> lines, WorkBudget budget)
    {
        var parser = new RstParser(budget);
        var blocks = parser.ReadAll(lines, 0);
        return new(blocks, parser._names, parser._isBroken);
    }

    List<RstBlock> ReadAll(IReadOnlyList<string> all, int depth)
    {
        if (depth > MaxDepth)
            return [new RstBlock.Literal(string.Join('\n', all), null)];
        foreach (var line in all)
            budget.Charge(line.Length + 1);
        List<RstBlock> blocks = [];
        var lines = new RstLines(all);
        while (!lines.IsAtEnd)
        {
            if (lines.Current.Length == 0)
                lines.At++;
            else
                Read(lines, blocks, depth);
        }
        EndWaiting(blocks);
        return blocks;
    }

    void Read(RstLines lines, List<RstBlock> blocks, int depth)
    {
        var line = lines.Current;
        if (RstMarks.IsExplicit(line))
        {
            ReadExplicit(lines, blocks, depth);
            return;
        }
        EndWaiting(blocks);
        if (line[0] is ' ')
            blocks.Add(new RstBlock.Quote(ReadAll(RstLines.Dedent(lines.TakeIndented(1)), depth + 1)));
        else if (RstMarks.BulletWidth(line) > 0)
            blocks.Add(ReadBullets(lines, depth));
        else if (RstNumber.Of(line) is { } number && RstNumber.IsFollowed(number, lines.Peek(1)))
            blocks.Add(ReadNumbers(lines, number, depth));
        else if (RstMarks.FieldEnd(line) > 0)
            blocks.Add(ReadFields(lines, depth));
        else if (RstMarks.OptionEnd(line) > 0)
            blocks.Add(ReadOptions(lines, depth));
        else if (line.StartsWith(">>> ", StringComparison.Ordinal))
            blocks.Add(new RstBlock.Literal(string.Join('\n', lines.TakeParagraph()), "pycon"));
        else if (line is "|" || line.StartsWith("| ", StringComparison.Ordinal))
            blocks.Add(ReadLineBlock(lines));
        else if (RstTable.IsGridBorder(line) || RstTable.IsSimpleBorder(line))
            blocks.Add(ReadTable(lines, depth));
        else if (line is "__" || line.StartsWith("__ ", StringComparison.Ordinal))
            ReadAnonymous(lines);
        else if (!RstLines.IsAdornment(line) || !ReadAdornment(lines, blocks, depth))
            ReadText(lines, blocks, depth);
    }

    /// <summary>Reads a title with a line above it, or a transition. Returns false if it is only text.</summary>
    bool ReadAdornment(RstLines lines, List<RstBlock> blocks, int depth)
    {
        var line = lines.Current;
        if (lines.Peek(1).Length == 0)
        {
            if (line.Length < 4)
                return false;
            lines.At++;
            blocks.Add(new RstBlock.Transition());
            return true;
        }
        if (depth > 0 || lines.Peek(2) is not [var mark, ..] || mark != line[0] || !RstLines.IsAdornment(lines.Peek(2)))
        {
            _isBroken |= line.Length >= 4;
            return false;
        }
        if (line.Length < 4 && lines.Peek(1).Length > line.Length)
            return false;
        AddTitle(blocks, lines.Peek(1).Trim(), (line[0], true));
        lines.At += 3;
        return true;
    }

    void ReadText(RstLines lines, List<RstBlock> blocks, int depth)
    {
        var (line, next) = (lines.Current, lines.Peek(1));
        if (RstLines.IsAdornment(next) && (next.Length >= line.Length || next.Length >= 4))
        {
            lines.At += 2;
            _isBroken |= depth > 0;
            if (depth == 0)
                AddTitle(blocks, line, (next[0], false));
            else
                blocks.Add(new RstBlock.Paragraph(line));
            return;
        }
        if (next is [' ', ..])
        {
            blocks.Add(ReadDefinitions(lines, depth));
            return;
        }
        var count = 1;
        while (lines.Peek(count) is [not ' ', ..])
            count++;
        ReadParagraph(string.Join('\n', lines.Take(count)), lines, blocks);
    }

    static void ReadParagraph(string text, RstLines lines, List<RstBlock> blocks)
    {
        if (!text.EndsWith("::", StringComparison.Ordinal))
        {
            blocks.Add(new RstBlock.Paragraph(text));
            return;
        }
        if (text.Length > 2)
            blocks.Add(new RstBlock.Paragraph(
                char.IsWhiteSpace(text[^3]) ? text[..^2].TrimEnd() : text[..^1]));
        while (!lines.IsAtEnd && lines.Current.Length == 0)
            lines.At++;
        if (lines.IsAtEnd)
            return;
        if (lines.Current[0] is ' ')
            blocks.Add(new RstBlock.Literal(string.Join('\n', RstLines.Dedent(lines.TakeIndented(1))), null));
        else if (RstLines.IsPunctuation(lines.Current[0]) && !RstMarks.IsExplicit(lines.Current))
            blocks.Add(ReadQuotedLiteral(lines));
    }

    /// <summary>Reads literal lines that all begin with the same character instead of spaces.</summary>
    static RstBlock.Literal ReadQuotedLiteral(RstLines lines)
    {
        var (mark, count) = (lines.Current[0], 1);
        while (lines.Peek(count) is [var first, ..] && first == mark)
            count++;
        return new(string.Join('\n', lines.Take(count)), null);
    }

    void AddTitle(List<RstBlock> blocks, string title, (char, bool) style)
    {
        var level = _titleStyles.IndexOf(style);
        if (level < 0)
        {
            level = _titleStyles.Count;
            _titleStyles.Add(style);
        }
        blocks.Add(new RstBlock.Title(title, level + 1, _names.AddTitle(title)));
    }

    /// <summary>Puts the targets that were named before a block before it.</summary>
    void EndWaiting(List<RstBlock> blocks)
    {
        foreach (var name in _waiting)
            blocks.Add(new RstBlock.Anchor(_names.AddPlace(name)));
        _waiting.Clear();
    }
}
