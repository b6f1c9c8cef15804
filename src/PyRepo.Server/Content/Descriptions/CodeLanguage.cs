using System.Collections.Frozen;

namespace PyRepo.Server.Content.Descriptions;

/// <summary>The parts of a language that are worth a color.</summary>
sealed record CodeLanguage
{
    static readonly CodeLanguage _python = new()
    {
        Keywords = Words("""
            and as assert async await break class continue def del elif else except finally for from global if import in
            is lambda match case nonlocal not or pass raise return try while with yield None True False
            """),
        Types = Words("int str float bool bytes list dict tuple set object type complex frozenset"),
        Comments = "#",
        Quotes = "\"'",
        HasLongStrings = true,
        Operators = "+-*/%=<>!&|^~@",
        Declaring = Words("def class"),
    };

    static readonly CodeLanguage _bash = new()
    {
        Keywords = Words("""
            if then else elif fi for in do done while until case esac function return export local source cd echo exit
            sudo set unset
            """),
        Comments = "#",
        AreCommentsApart = true,
        Quotes = "\"'",
        Operators = "|&;<>=",
        Variable = '$',
    };

    static readonly CodeLanguage _toml = new()
    {
        Keywords = Words("true false inf nan"),
        Comments = "#",
        Quotes = "\"'",
        HasLongStrings = true,
        Operators = "=",
        KeyEnd = '=',
        HasSections = true,
    };

    static readonly CodeLanguage _ini = _toml with
    {
        Keywords = Words("true false yes no on off True False"),
        Comments = "#;",
        AreCommentsApart = true,
        Quotes = "",
        HasLongStrings = false,
    };

    static readonly CodeLanguage _json = new()
    {
        Keywords = Words("true false null"),
        Quotes = "\"",
        Operators = ":",
        AreKeysQuoted = true,
    };

    static readonly CodeLanguage _yaml = new()
    {
        Keywords = Words("true false null yes no on off True False"),
        Comments = "#",
        AreCommentsApart = true,
        Quotes = "\"'",
        Operators = ":|>&*",
        KeyEnd = ':',
    };

    static readonly FrozenDictionary<string, CodeLanguage> _all = new Dictionary<string, CodeLanguage>
    {
        ["python"] = _python,
        ["py"] = _python,
        ["python3"] = _python,
        ["pycon"] = _python with { Prompts = [">>> ", "... "] },
        ["bash"] = _bash,
        ["sh"] = _bash,
        ["shell"] = _bash with { Prompts = ["$ ", "% "] },
        ["zsh"] = _bash,
        ["console"] = _bash with { Prompts = ["$ ", "% "] },
        ["shell-session"] = _bash with { Prompts = ["$ ", "% "] },
        ["toml"] = _toml,
        ["ini"] = _ini,
        ["cfg"] = _ini,
        ["json"] = _json,
        ["yaml"] = _yaml,
        ["yml"] = _yaml,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The words of its grammar, and its constants.</summary>
    public FrozenSet<string> Keywords { get; init; } = [];

    /// <summary>The names of its types.</summary>
    public FrozenSet<string> Types { get; init; } = [];

    /// <summary>The keywords before the name of what they declare.</summary>
    public FrozenSet<string> Declaring { get; init; } = [];

    /// <summary>The characters that begin a comment up to the end of the line.</summary>
    public string Comments { get; init; } = "";

    /// <summary>Whether only a space, or a new line, can be before a comment.</summary>
    public bool AreCommentsApart { get; init; }

    /// <summary>The characters around strings.</summary>
    public string Quotes { get; init; } = "";

    /// <summary>Whether three quotes are around strings of several lines.</summary>
    public bool HasLongStrings { get; init; }

    /// <summary>The characters of operators.</summary>
    public string Operators { get; init; } = "";

    /// <summary>The character before the name of a variable.</summary>
    public char? Variable { get; init; }

    /// <summary>The character after a key at the beginning of a line.</summary>
    public char? KeyEnd { get; init; }

    /// <summary>Whether a line in brackets begins a section.</summary>
    public bool HasSections { get; init; }

    /// <summary>Whether a string before a colon is a key.</summary>
    public bool AreKeysQuoted { get; init; }

    /// <summary>The prompts before what somebody types. Other lines are what a program answered.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>Returns a language by the name after <c>```</c>, or null if it has no colors.</summary>
    public static CodeLanguage? Find(string? name) => name is null ? null : _all.GetValueOrDefault(name);

    static FrozenSet<string> Words(string words) =>
        words.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
