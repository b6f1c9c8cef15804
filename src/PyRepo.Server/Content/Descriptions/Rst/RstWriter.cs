using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>Writes a text's blocks through <see cref="SafeHtmlWriter"/>, which can write nothing else than what is
/// safe.</summary>
sealed class RstWriter
{
    readonly SafeHtmlWriter _writer = new();
    readonly RstDocument _document;
    readonly RstLinks _links;
    readonly WorkBudget _budget;

    RstWriter(RstDocument document, WorkBudget budget) =>
        (_document, _links, _budget) = (document, new(_writer, document.Names, budget), budget);

    /// <summary>Returns the HTML of a text.</summary>
    /// <exception cref="TooCostlyException">It costs too much.</exception>
    public static string Write(RstDocument document, WorkBudget budget)
    {
        var writer = new RstWriter(document, budget);
        writer.WriteAll(document.Blocks);
        return writer._writer.Finish();
    }

    void WriteAll(IReadOnlyList<RstBlock> blocks)
    {
        foreach (var block in blocks)
            Write(block);
    }

    void Write(RstBlock block)
    {
        switch (block)
        {
            case RstBlock.Title title:
                WriteText($"h{Math.Min(title.Level + 1, 6)}", title.Text, title.Id);
                break;
            case RstBlock.Paragraph paragraph:
                WriteText("p", paragraph.Text);
                break;
            case RstBlock.Items items:
                WriteItems(items);
                break;
            case RstBlock.Definitions definitions:
                WriteDefinitions(definitions);
                break;
            case RstBlock.Literal literal:
                WriteLiteral(literal);
                break;
            case RstBlock.Quote quote:
                Wrap("blockquote", () => WriteAll(quote.Content));
                break;
            case RstBlock.Admonition admonition:
                WriteAdmonition(admonition);
                break;
            case RstBlock.Table table:
                WriteTable(table);
                break;
            case RstBlock.Lines lines:
                WriteLines(lines);
                break;
            case RstBlock.Image image:
                Wrap("p", () => _links.WriteImage(image));
                break;
            case RstBlock.Anchor anchor:
                Wrap("a", () => { }, new() { Id = anchor.Id });
                break;
            case RstBlock.Contents contents:
                WriteContents(contents);
                break;
            case RstBlock.Transition:
                _writer.Start("hr", new());
                break;
        }
    }

    void WriteItems(RstBlock.Items items)
    {
        var isCompact = items.All.All(item => item is [] or [RstBlock.Paragraph]
            or [RstBlock.Paragraph, RstBlock.Items]);
        Wrap(items.Start is null ? "ul" : "ol", () =>
        {
            foreach (var item in items.All)
                Wrap("li", () => WriteCell(item, isCompact));
        }, new() { Start = items.Start is > 1 ? items.Start : null });
    }

    /// <summary>Writes blocks, the first paragraph without a margin if they are short.</summary>
    void WriteCell(IReadOnlyList<RstBlock> blocks, bool isCompact)
    {
        if (!isCompact || blocks is not [RstBlock.Paragraph { Text: var text }, ..])
        {
            WriteAll(blocks);
            return;
        }
        WriteInline(text);
        WriteAll([.. blocks.Skip(1)]);
    }

    void WriteDefinitions(RstBlock.Definitions definitions) => Wrap("dl", () =>
    {
        foreach (var definition in definitions.All)
        {
            Wrap("dt", () =>
            {
                if (definition.IsCode)
                    Wrap("code", () => _writer.Text(definition.Term));
                else
                    WriteInline(definition.Term);
            }, new() { Id = definition.Id });
            Wrap("dd", () => WriteCell(definition.Content, definition.Content.Count == 1));
        }
    });

    void WriteLiteral(RstBlock.Literal literal)
    {
        _budget.Charge(literal.Text.Length);
        Wrap("pre", () => Wrap("code", () => _writer.Code(literal.Text.TrimEnd() + "\n", literal.Language)));
    }

    void WriteAdmonition(RstBlock.Admonition admonition)
    {
        void Title() => Wrap("p", () => Wrap("strong", () => WriteInline(admonition.Heading)));
        if (admonition.Content.Count == 0)
        {
            Title();
            return;
        }
        Wrap("blockquote", () =>
        {
            if (admonition.Heading.Length > 0)
                Title();
            WriteAll(admonition.Content);
        });
    }

    void WriteTable(RstBlock.Table table) => Wrap("table", () =>
    {
        if (table.Headers > 0)
            Wrap("thead", () => WriteRows(table, 0, table.Headers, "th"));
        Wrap("tbody", () => WriteRows(table, table.Headers, table.Rows.Count, "td"));
    });

    void WriteRows(RstBlock.Table table, int start, int end, string cell)
    {
        for (var i = start; i < end; i++)
        {
            var row = table.Rows[i];
            Wrap("tr", () =>
            {
                foreach (var content in row)
                    Wrap(cell, () => WriteCell(content, content.Count == 1));
            });
        }
    }

    void WriteLines(RstBlock.Lines lines) => Wrap("p", () =>
    {
        for (var i = 0; i < lines.All.Count; i++)
        {
            if (i > 0)
                _writer.Start("br", new());
            var line = lines.All[i];
            var text = line.TrimStart();
            _writer.Text(new string('\u00A0', Math.Min(line.Length - text.Length, 40)));
            WriteInline(text);
        }
    });

    void WriteContents(RstBlock.Contents contents)
    {
        if (contents.Heading.Length > 0)
            Wrap("p", () => Wrap("strong", () => WriteInline(contents.Heading)));
        Wrap("ul", () =>
        {
            foreach (var title in _document.Blocks.OfType<RstBlock.Title>())
                Wrap("li", () => _links.Write(new(null, title.Id), RstInline.Unescape(title.Text)));
        });
    }

    void WriteText(string element, string text, string? id = null) =>
        Wrap(element, () => WriteInline(text), new() { Id = id });

    void WriteInline(string text)
    {
        _budget.Charge(text.Length);
        RstInline.Write(_links, text);
    }

    void Wrap(string element, Action content, SafeAttributes? attributes = null)
    {
        _budget.Charge(1);
        _writer.Start(element, attributes ?? new());
        content();
        _writer.End(element);
    }
}
