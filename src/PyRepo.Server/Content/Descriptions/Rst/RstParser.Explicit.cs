namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>Reads what begins with two dots, and tables.</summary>
sealed partial class RstParser
{
    /// <summary>The cells of all tables.</summary>
    const int MaxCells = 50_000;

    void ReadExplicit(RstLines lines, List<RstBlock> blocks, int depth)
    {
        var text = lines.Current.Length > 3 ? lines.Current[3..].TrimStart() : "";
        if (text.StartsWith('_') && TryReadTarget(lines, text))
            return;
        EndWaiting(blocks);
        if (text.StartsWith('[') && text.IndexOf(']', StringComparison.Ordinal) is > 1 and var close
            && RstInline.IsNoteLabel(text.AsSpan(1, close - 1)))
        {
            ReadNote(lines, blocks, text, close, depth);
        }
        else if (text.StartsWith('|') && text.IndexOf("| ", 1, StringComparison.Ordinal) is > 1 and var bar
            && RstDirective.Find(text[(bar + 1)..].TrimStart()) is not null)
        {
            var directive = RstDirective.Take(lines, text[(bar + 1)..].TrimStart());
            AddSubstitution(text[1..bar], directive);
        }
        else if (RstDirective.Find(text) is not null)
        {
            ReadDirective(RstDirective.Take(lines, text), blocks, depth);
        }
        else
        {
            lines.At++;
            if (text.Length > 0 || lines.Peek(0).Length > 0)
                lines.TakeIndented(1); // a comment
        }
    }

    /// <summary>Reads <c>.. _name: address</c>. Returns false if that is a comment.</summary>
    bool TryReadTarget(RstLines lines, string text)
    {
        var end = text.StartsWith("_`", StringComparison.Ordinal)
            ? text.IndexOf("`:", 2, StringComparison.Ordinal) + 1
            : EndOfTargetName(text);
        if (end < 2 || (end + 1 < text.Length && text[end + 1] is not ' '))
            return false;
        var name = text[1..end].Trim('`').Replace("\\", "", StringComparison.Ordinal);
        var address = text[(end + 1)..].Trim();
        lines.At++;
        while (lines.Peek(0) is [' ', ..] && address.Length < 4_000)
            address += lines.Take(1)[0].Trim();
        if (address.Length == 0)
        {
            if (name is not "_")
                _waiting.Add(name);
            return true;
        }
        if (name is "_")
            _names.AddAnonymous(address);
        else
            _names.AddAddress(name, address);
        foreach (var other in _waiting)
            _names.AddAddress(other, address);
        _waiting.Clear();
        return true;
    }

    static int EndOfTargetName(string text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] is '\\')
                i++;
            else if (text[i] is ':' && (i + 1 == text.Length || text[i + 1] is ' '))
                return i;
        }
        return 0;
    }

    void ReadAnonymous(RstLines lines)
    {
        var address = lines.Current[2..].Trim();
        lines.At++;
        if (address.Length > 0)
            _names.AddAnonymous(address);
    }

    void ReadNote(RstLines lines, List<RstBlock> blocks, string text, int close, int depth)
    {
        var (label, id) = _names.AddNote(text[1..close]);
        var column = lines.Current.Length - text.Length + close + 1;
        var note = new RstBlock.Definition($"[{label}]", true, id, ReadAll(TakeBody(lines, column), depth + 1));
        if (blocks is [.., RstBlock.Definitions { All: [{ Id: not null }, ..] } notes])
            ((List<RstBlock.Definition>)notes.All).Add(note);
        else
            blocks.Add(new RstBlock.Definitions(new List<RstBlock.Definition> { note }));
    }

    void AddSubstitution(string name, RstDirective directive)
    {
        RstBlock? content = directive.Name switch
        {
            "image" => directive.ToImage() is { } image ? image with { Text = image.Text ?? name } : null,
            "replace" => new RstBlock.Paragraph(directive.Text),
            "unicode" => new RstBlock.Paragraph(directive.ToCharacters()),
            _ => null,
        };
        if (content is not null)
            _names.AddSubstitution(name, content);
    }

    RstBlock ReadTable(RstLines lines, int depth)
    {
        var isGrid = RstTable.IsGridBorder(lines.Current);
        var length = isGrid ? 0 : RstTable.LengthOfSimple(lines);
        var text = length > 0 ? lines.Take(length) : lines.TakeParagraph();
        var table = isGrid ? RstTable.OfGrid(text, MaxCells - _cells)
            : length > 0 ? RstTable.OfSimple(text, MaxCells - _cells)
            : null;
        if (table is null)
            return new RstBlock.Literal(string.Join('\n', text), null);
        _cells += table.Rows.Count * table.Rows[0].Length;
        return new RstBlock.Table(table.Headers, [.. table.Rows.Select(row =>
            (IReadOnlyList<IReadOnlyList<RstBlock>>)[.. row.Select(cell => ReadAll(cell, depth + 1))])]);
    }
}
