namespace PyRepo.Server.Content.Descriptions;

/// <summary>Splits code into what has colors, in one pass. It does not understand the code: what it does not recognize
/// is plain.</summary>
sealed class CodeTokens
{
    /// <summary>The pieces with colors. The rest has none.</summary>
    const int MaxCount = 10_000;

    readonly List<(CodeTokenKind Kind, string Text)> _tokens = [];
    readonly string _code;
    readonly CodeLanguage _language;
    int _at, _plain;
    bool _isDeclaring;

    CodeTokens(string code, CodeLanguage language) => (_code, _language) = (code, language);

    /// <summary>Returns the parts of a text, which together are the text.</summary>
    public static IReadOnlyList<(CodeTokenKind Kind, string Text)> Split(string code, string? language)
    {
        if (CodeLanguage.Find(language) is not { } known)
            return [(CodeTokenKind.Plain, code)];
        var tokens = new CodeTokens(code, known);
        tokens.ReadLines();
        tokens.EndPlain();
        return tokens._tokens;
    }

    /// <summary>Returns the letter of a kind in the name of its class.</summary>
    public static char LetterOf(CodeTokenKind kind) => "\0kscndo"[(int)kind];

    void ReadLines()
    {
        var hasPrompts = HasPrompts();
        while (_at < _code.Length && _tokens.Count < MaxCount)
        {
            if (hasPrompts && !SkipPrompt())
                _at = EndOfLine(_at);
            else
                ReadLine();
            _at = Math.Min(_at + 1, _code.Length);
        }
        _at = _code.Length;
    }

    bool HasPrompts()
    {
        foreach (var line in _code.AsSpan().EnumerateLines())
        {
            if (IsPrompt(line))
                return true;
        }
        return false;
    }

    bool IsPrompt(ReadOnlySpan<char> line)
    {
        foreach (var prompt in _language.Prompts)
        {
            if (line.StartsWith(prompt) || line.SequenceEqual(prompt.AsSpan().TrimEnd()))
                return true;
        }
        return false;
    }

    bool SkipPrompt()
    {
        var line = _code.AsSpan(_at, EndOfLine(_at) - _at);
        if (!IsPrompt(line))
            return false;
        Add(CodeTokenKind.Operator, _at + (line.IndexOf(' ') is >= 0 and var end ? end : line.Length));
        return true;
    }

    /// <summary>Reads up to a line's end, or beyond it to that of a string that began on it.</summary>
    void ReadLine()
    {
        ReadKey();
        while (_at < _code.Length && _code[_at] != '\n' && _tokens.Count < MaxCount)
        {
            var c = _code[_at];
            if (_language.Comments.Contains(c) && (!_language.AreCommentsApart || IsApart(_at)))
                Add(CodeTokenKind.Comment, EndOfLine(_at));
            else if (_language.Quotes.Contains(c))
                ReadString(_at);
            else if (c == _language.Variable)
                Add(CodeTokenKind.Declaration, EndOfVariable());
            else if (char.IsAsciiDigit(c))
                Add(CodeTokenKind.Number, EndOf(_at, static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_'));
            else if (IsOfName(c))
                ReadWord();
            else if (_language.Operators.Contains(c))
                Add(CodeTokenKind.Operator, EndOf(_at, _language.Operators.Contains));
            else
                _at++;
        }
    }

    /// <summary>Reads the key or the section that a line may begin with.</summary>
    void ReadKey()
    {
        var start = EndOf(_at, static c => c is ' ' or '-');
        if (start >= _code.Length || (_language.KeyEnd is null && !_language.HasSections))
            return;
        if (_language.HasSections && _code[start] == '[')
        {
            _at = start;
            var close = EndOf(start, static c => c is not ('\n' or '#'));
            Add(CodeTokenKind.Declaration, close);
            return;
        }
        var end = EndOf(start, static c => IsOfName(c) || c is '-' or '.' or '/');
        var after = EndOf(end, static c => c is ' ');
        if (end == start || after >= _code.Length || _code[after] != _language.KeyEnd)
            return;
        _at = start;
        Add(CodeTokenKind.Declaration, end);
    }

    void ReadString(int start)
    {
        var quote = _code[_at];
        var isLong = _language.HasLongStrings && _code.AsSpan(_at).StartsWith([quote, quote, quote]);
        var end = isLong ? EndOfLongString(quote) : EndOfString(quote);
        _at = start;
        var isKey = _language.AreKeysQuoted
            && EndOf(end, static c => c is ' ') is var after && after < _code.Length && _code[after] == ':';
        Add(isKey ? CodeTokenKind.Declaration : CodeTokenKind.String, end);
    }

    int EndOfLongString(char quote) =>
        _code.IndexOf(new string(quote, 3), _at + 3, StringComparison.Ordinal) is >= 0 and var end
            ? end + 3
            : _code.Length;

    int EndOfString(char quote)
    {
        for (var i = _at + 1; i < _code.Length && _code[i] != '\n'; i++)
        {
            if (_code[i] == quote)
                return i + 1;
            if (_code[i] == '\\' && i + 1 < _code.Length && _code[i + 1] != '\n')
                i++;
        }
        return EndOfLine(_at);
    }

    int EndOfVariable() => _at + 1 < _code.Length && _code[_at + 1] == '{'
        ? Math.Min(EndOf(_at, static c => c is not ('}' or '\n')) + 1, EndOfLine(_at))
        : EndOf(_at + 1, IsOfName);

    void ReadWord()
    {
        var end = EndOf(_at, IsOfName);
        var word = _code[_at..end];
        // A prefix, as in f"{x}".
        if (_language.HasLongStrings && word.Length <= 2 && end < _code.Length && _language.Quotes.Contains(_code[end]))
        {
            var start = _at;
            _at = end;
            ReadString(start);
            return;
        }
        var kind = _isDeclaring || _language.Types.Contains(word) ? CodeTokenKind.Declaration
            : _language.Keywords.Contains(word) ? CodeTokenKind.Keyword
            : CodeTokenKind.Plain;
        _isDeclaring = _language.Declaring.Contains(word);
        if (kind is CodeTokenKind.Plain)
            _at = end;
        else
            Add(kind, end);
    }

    void Add(CodeTokenKind kind, int end)
    {
        var start = _at;
        EndPlain();
        if (end > start)
            _tokens.Add((kind, _code[start..end]));
        _at = _plain = end;
    }

    void EndPlain()
    {
        if (_at > _plain)
            _tokens.Add((CodeTokenKind.Plain, _code[_plain.._at]));
        _plain = _at;
    }

    bool IsApart(int index) => index == 0 || char.IsWhiteSpace(_code[index - 1]);

    int EndOfLine(int start) => _code.IndexOf('\n', start) is >= 0 and var end ? end : _code.Length;

    int EndOf(int start, Func<char, bool> isPart)
    {
        while (start < _code.Length && isPart(_code[start]))
            start++;
        return start;
    }

    static bool IsOfName(char c) => char.IsLetterOrDigit(c) || c is '_';
}

/// <summary>The kind of a piece of code.</summary>
enum CodeTokenKind
{
    /// <summary>Without a color.</summary>
    Plain,

    /// <summary>A word of the grammar, or a constant: the class <c>hl-k</c>.</summary>
    Keyword,

    /// <summary>A string: <c>hl-s</c>.</summary>
    String,

    /// <summary>A comment: <c>hl-c</c>.</summary>
    Comment,

    /// <summary>A number: <c>hl-n</c>.</summary>
    Number,

    /// <summary>A name that is declared, a key, a section or a type: <c>hl-d</c>.</summary>
    Declaration,

    /// <summary>An operator or a prompt: <c>hl-o</c>.</summary>
    Operator,
}
