using Markdig;
using Markdig.Parsers;
using Markdig.Renderers;
using Markdig.Syntax;

namespace PyRepo.Server.Descriptions;

/// <summary>Ends the reading of a text for which Markdig would need seconds or gigabytes: it takes quadratic time for
/// some paragraphs, and fills up each row of a table to the widest one.</summary>
/// <exception cref="InvalidDataException">The text costs too much.</exception>
sealed class MarkdownBudget : IMarkdownExtension
{
    /// <summary>Each line is looked at by every list and quote that it may be part of.</summary>
    const int MaxLines = 16_384;

    /// <summary>The characters of a paragraph, or of a table, that may begin emphasis, a link or a tag.</summary>
    const int MaxMarks = 2_500;

    /// <summary>The cells of all tables.</summary>
    const int MaxCells = 50_000;

    long _cells;

    /// <summary>The budget of one text.</summary>
    public MarkdownBudget(string text)
    {
        if (text.AsSpan().Count('\n') > MaxLines)
            throw new InvalidDataException("The text has too many lines.");
    }

    /// <inheritdoc />
    public void Setup(MarkdownPipelineBuilder pipeline) =>
        pipeline.BlockParsers.Find<ParagraphBlockParser>()!.Closed += (_, block) => Spend((LeafBlock)block);

    /// <inheritdoc />
    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer)
    {
    }

    /// <summary>Counts a paragraph before what is in it is read. A table is a paragraph until then.</summary>
    void Spend(LeafBlock paragraph)
    {
        var (marks, columns) = (0, 0);
        for (var i = 0; i < paragraph.Lines.Count; i++)
        {
            var line = paragraph.Lines.Lines[i].Slice.AsSpan();
            columns = Math.Max(columns, line.Count('|'));
            marks += line.Count('*') + line.Count('_') + line.Count('~') + line.Count('[') + line.Count('<')
                + line.Count(':') + line.Count("www.");
        }
        _cells += (long)columns * paragraph.Lines.Count;
        if (marks > MaxMarks || _cells > MaxCells)
            throw new InvalidDataException("A paragraph or table is too large.");
    }
}
