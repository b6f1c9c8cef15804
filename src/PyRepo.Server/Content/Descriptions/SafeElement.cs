using System.Collections.Frozen;

namespace PyRepo.Server.Content.Descriptions;

/// <summary>An element that a description may have.</summary>
/// <param name="IsBlock">Whether it ends an open paragraph or heading.</param>
/// <param name="Parents">The elements that it may be a child of, or none if it may be anywhere.</param>
sealed record SafeElement(bool IsBlock, params string[] Parents)
{
    /// <summary>All of them by name. None loads or runs anything by itself.</summary>
    public static FrozenDictionary<string, SafeElement> All { get; } = new Dictionary<string, SafeElement>
    {
        ["a"] = new(false),
        ["b"] = new(false),
        ["blockquote"] = new(true),
        ["br"] = new(false),
        ["caption"] = new(true, "table"),
        ["code"] = new(false),
        ["dd"] = new(true, "dl"),
        ["del"] = new(false),
        ["details"] = new(true),
        ["div"] = new(true),
        ["dl"] = new(true),
        ["dt"] = new(true, "dl"),
        ["em"] = new(false),
        ["h2"] = new(true),
        ["h3"] = new(true),
        ["h4"] = new(true),
        ["h5"] = new(true),
        ["h6"] = new(true),
        ["hr"] = new(true),
        ["i"] = new(false),
        ["ins"] = new(false),
        ["kbd"] = new(false),
        ["li"] = new(true, "ul", "ol"),
        ["ol"] = new(true),
        ["p"] = new(true),
        ["pre"] = new(true),
        ["s"] = new(false),
        ["samp"] = new(false),
        ["small"] = new(false),
        ["strong"] = new(false),
        ["sub"] = new(false),
        ["summary"] = new(true, "details"),
        ["sup"] = new(false),
        ["table"] = new(true),
        ["tbody"] = new(true, "table"),
        ["td"] = new(true, "tr"),
        ["th"] = new(true, "tr"),
        ["thead"] = new(true, "table"),
        ["tr"] = new(true, "thead", "tbody", "table"),
        ["ul"] = new(true),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The name under which an element is written: the page has its own <c>h1</c>.</summary>
    public static string NameFor(string name) => name switch
    {
        "h1" => "h2",
        "h2" => "h3",
        "h3" => "h4",
        "h4" => "h5",
        "h5" => "h6",
        "center" => "div",
        "strike" => "del",
        "tfoot" => "tbody",
        "tt" => "code",
        _ => name,
    };

    /// <summary>Whether this is the name of a heading.</summary>
    public static bool IsHeading(string name) => name is ['h', >= '1' and <= '6'];
}
