namespace PyRepo.Packaging.Simple;

/// <summary>One token of HTML: a tag by its small name, the text between tags decoded, or a comment's text.</summary>
sealed record HtmlToken(HtmlTokenKind Kind, string Text, IReadOnlyDictionary<string, string> Attributes)
{
    static readonly Dictionary<string, string> _noAttributes = [];

    public HtmlToken(HtmlTokenKind kind, string text)
        : this(kind, text, _noAttributes)
    {
    }

    /// <summary>An attribute's decoded value, empty where it has none; null where there is no such attribute.</summary>
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);
}
