using System.Buffers;
using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Descriptions;

/// <summary>Leaves blocks as text for which Markdig would need seconds or gigabytes: it takes quadratic time for some
/// paragraphs, headings and cells, and fills up each row of a table to the widest one.</summary>
/// <remarks>It is asked before each character that may begin something, wherever that is, and matches only a block that
/// is left as text. So it sees each block before Markdig does, and the clock is looked at between any two steps.
/// </remarks>
sealed class MarkdownBudget : InlineParser, IMarkdownExtension
{
    /// <summary>Each line is looked at by every list and quote that it may be part of.</summary>
    const int MaxLines = 16_384;

    /// <summary>The characters of a block that may begin emphasis, a link or a tag.</summary>
    const int MaxMarks = 2_500;

    /// <summary>For each such character, the rest of its block may be read.</summary>
    const long MaxSteps = 100_000_000;

    /// <summary>The cells of all tables.</summary>
    const int MaxCells = 50_000;

    static readonly SearchValues<char> _marks = SearchValues.Create("*_~[<:!`");

    readonly WorkBudget _work;
    LeafBlock? _block;
    long _cells, _steps;

    /// <summary>Says what was left as text, or null if nothing was.</summary>
    public string? Note { get; private set; }

    /// <summary>The budget of one text.</summary>
    /// <exception cref="TooCostlyException">The text costs too much.</exception>
    public MarkdownBudget(string text, WorkBudget work)
    {
        _work = work;
        OpeningCharacters = ['*', '_', '~', '[', ']', '<', ':', '!', '`', '&', '\\', '|', 'h', 'w', 'f', 'm', 't'];
        if (text.AsSpan().Count('\n') > MaxLines)
            throw new TooCostlyException("The text has too many lines.");
    }

    /// <inheritdoc />
    public void Setup(MarkdownPipelineBuilder pipeline)
    {
        pipeline.InlineParsers.Insert(0, this);
        pipeline.BlockParsers.Insert(0, new Lines(_work));
    }

    /// <inheritdoc />
    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer)
    {
    }

    /// <inheritdoc />
    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        _work.Charge(slice.Length);
        if (processor.Block == _block)
            return false;
        _block = processor.Block;
        if (FindExcess(slice.AsSpan()) is not { } note)
            return false;
        Note = Note is RenderedDescription.BlocksAsText ? Note : note;
        LeaveAsText(processor, ref slice);
        return true;
    }

    /// <summary>Counts a block from its first such character on, unless it is too large.</summary>
    string? FindExcess(ReadOnlySpan<char> block)
    {
        var (lines, columns) = (0, 0);
        foreach (var line in block.EnumerateLines())
        {
            lines++;
            columns = Math.Max(columns, line.Count('|'));
        }
        var cells = (long)columns * lines;
        if (_cells + cells > MaxCells)
            return RenderedDescription.TablesAsText;
        var marks = block.Count("www.");
        for (var rest = block; rest.IndexOfAny(_marks) is >= 0 and var at; rest = rest[(at + 1)..])
            marks++;
        var steps = (long)marks * block.Length;
        if (marks > MaxMarks || _steps + steps > MaxSteps)
            return RenderedDescription.BlocksAsText;
        (_cells, _steps) = (_cells + cells, _steps + steps);
        return null;
    }

    /// <summary>Puts a block of code in the place of a paragraph, or the rest of a heading into it as text.</summary>
    static void LeaveAsText(InlineProcessor processor, ref StringSlice slice)
    {
        if (processor.Block is ParagraphBlock)
            processor.BlockNew = new CodeBlock(null!) { Lines = new StringLineGroup(slice.Text) };
        processor.Inline = new LiteralInline(slice) { IsClosed = true };
        slice.Start = slice.End + 1;
    }

    /// <summary>Charges each line before it is looked at.</summary>
    sealed class Lines(WorkBudget work) : BlockParser
    {
        public override BlockState TryOpen(BlockProcessor processor)
        {
            work.Charge(processor.Line.Length + 1);
            return BlockState.None;
        }
    }
}
