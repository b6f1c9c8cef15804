namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>A piece of a text in reStructuredText. Texts in it still have their inline markup.</summary>
abstract record RstBlock
{
    RstBlock()
    {
    }

    /// <summary>A section's title.</summary>
    public sealed record Title(string Text, int Level, string Id) : RstBlock;

    /// <summary>A paragraph.</summary>
    public sealed record Paragraph(string Text) : RstBlock;

    /// <summary>A list, with the first number if it has numbers.</summary>
    public sealed record Items(int? Start, IReadOnlyList<IReadOnlyList<RstBlock>> All) : RstBlock;

    /// <summary>Terms, fields or options with what is said of them.</summary>
    public sealed record Definitions(IReadOnlyList<Definition> All) : RstBlock;

    /// <summary>One of them.</summary>
    /// <param name="Term">The term.</param>
    /// <param name="IsCode">Whether it is shown as it was written.</param>
    /// <param name="Id">Its id, or null.</param>
    /// <param name="Content">The text about it.</param>
    public sealed record Definition(string Term, bool IsCode, string? Id, IReadOnlyList<RstBlock> Content) : RstBlock;

    /// <summary>Text that is shown as it was written.</summary>
    public sealed record Literal(string Text, string? Language) : RstBlock;

    /// <summary>A quotation.</summary>
    public sealed record Quote(IReadOnlyList<RstBlock> Content) : RstBlock;

    /// <summary>A note or a warning.</summary>
    public sealed record Admonition(string Heading, IReadOnlyList<RstBlock> Content) : RstBlock;

    /// <summary>A table.</summary>
    /// <param name="Headers">The first rows, which are headers.</param>
    /// <param name="Rows">The cells of all rows.</param>
    public sealed record Table(int Headers, IReadOnlyList<IReadOnlyList<IReadOnlyList<RstBlock>>> Rows) : RstBlock;

    /// <summary>Lines that stay lines.</summary>
    public sealed record Lines(IReadOnlyList<string> All) : RstBlock;

    /// <summary>An image, which may be a link.</summary>
    public sealed record Image(string Address, string? Text, string? Target) : RstBlock;

    /// <summary>A place that can be linked to.</summary>
    public sealed record Anchor(string Id) : RstBlock;

    /// <summary>The list of sections.</summary>
    public sealed record Contents(string Heading) : RstBlock;

    /// <summary>A line between two parts.</summary>
    public sealed record Transition : RstBlock;
}

/// <summary>A text that was read.</summary>
/// <param name="Blocks">Its blocks.</param>
/// <param name="Names">The names in it.</param>
/// <param name="IsBroken">Whether docutils would not render it.</param>
sealed record RstDocument(IReadOnlyList<RstBlock> Blocks, RstNames Names, bool IsBroken);
