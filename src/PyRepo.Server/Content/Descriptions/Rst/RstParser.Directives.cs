namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>Decides what becomes of a directive. One that is not known is shown as it was written.</summary>
sealed partial class RstParser
{
    bool _hasContents;

    void ReadDirective(RstDirective directive, List<RstBlock> blocks, int depth)
    {
        switch (directive.Name)
        {
            case "code" or "code-block" or "sourcecode":
                blocks.Add(new RstBlock.Literal(Join(directive.Content), directive.First.Split(' ')[0]));
                break;
            case "parsed-literal":
                blocks.Add(new RstBlock.Literal(Join(directive.Content), null));
                break;
            case "image" when directive.ToImage() is { } image:
                blocks.Add(image);
                break;
            case "figure" when directive.ToImage() is { } figure:
                blocks.Add(figure);
                blocks.AddRange(ReadAll(directive.Content, depth + 1));
                break;
            case "attention" or "caution" or "danger" or "error" or "hint" or "important" or "note" or "tip"
                or "warning":
                blocks.Add(new RstBlock.Admonition(
                    char.ToUpperInvariant(directive.Name[0]) + directive.Name[1..],
                    ReadAll(directive.AllContent, depth + 1)));
                break;
            case "seealso":
                blocks.Add(new RstBlock.Admonition("See also", ReadAll(directive.AllContent, depth + 1)));
                break;
            case "admonition" or "topic" or "sidebar":
                blocks.Add(new RstBlock.Admonition(directive.First, ReadAll(directive.Content, depth + 1)));
                break;
            case "rubric":
                blocks.Add(new RstBlock.Admonition(directive.Text, []));
                break;
            case "epigraph" or "highlights" or "pull-quote":
                blocks.Add(new RstBlock.Quote(ReadAll(directive.AllContent, depth + 1)));
                break;
            case "compound" or "container":
                blocks.AddRange(ReadAll(directive.Content, depth + 1));
                break;
            case "table":
                ReadTitledTable(directive, blocks, depth);
                break;
            case "list-table":
                AddTitle(directive, blocks);
                blocks.AddRange(ReadListTable(directive, depth));
                break;
            case "contents" when depth == 0 && !_hasContents:
                _hasContents = true;
                blocks.Add(new RstBlock.Contents(directive.First));
                break;
            case "class" when directive.Body.Count == 0:
            case "meta" or "default-role" or "role" or "sectnum" or "target-notes" or "highlight" or "currentmodule":
                break; // They show nothing.
            default:
                blocks.Add(new RstBlock.Literal(directive.Source, null));
                break;
        }
    }

    void ReadTitledTable(RstDirective directive, List<RstBlock> blocks, int depth)
    {
        AddTitle(directive, blocks);
        blocks.AddRange(ReadAll(directive.Content, depth + 1));
    }

    static void AddTitle(RstDirective directive, List<RstBlock> blocks)
    {
        if (directive.First.Length > 0)
            blocks.Add(new RstBlock.Admonition(directive.First, []));
    }

    /// <summary>Reads a list of lists as a table. Anything else stays that.</summary>
    List<RstBlock> ReadListTable(RstDirective directive, int depth)
    {
        var content = ReadAll(directive.Content, depth + 1);
        if (content is not [RstBlock.Items { All: var items }])
            return content;
        List<IReadOnlyList<IReadOnlyList<RstBlock>>> rows = [];
        foreach (var item in items)
        {
            if (item is not [RstBlock.Items { All: var cells }] || (rows.Count > 0 && rows[0].Count != cells.Count))
                return content;
            rows.Add(cells);
        }
        _ = int.TryParse(directive.Option("header-rows"), out var headers);
        return [new RstBlock.Table(Math.Clamp(headers, 0, rows.Count), rows)];
    }

    static string Join(List<string> lines) => string.Join('\n', RstLines.Dedent(lines));
}
