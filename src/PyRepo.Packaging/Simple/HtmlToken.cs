namespace PyRepo.Packaging.Simple;

/// <summary>An HTML token: the lowercase name of a tag, the decoded text between tags, or the text of a
/// comment.</summary>
sealed record HtmlToken(HtmlTokenKind Kind, string Text, IReadOnlyDictionary<string, string> Attributes)
{
    static readonly Dictionary<string, string> _noAttributes = [];

    public HtmlToken(HtmlTokenKind kind, string text)
        : this(kind, text, _noAttributes)
    {
    }

    /// <summary>The decoded value of an attribute; empty if it has no value, and null if there is no such
    /// attribute.</summary>
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);
}
