using System.Globalization;
using System.Text;

namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>Writes a text with inline markup, in one pass. What begins and never ends is only text, and is looked for
/// once. All that is read is charged, also what is read again: a name that is not there, and what stands for a
/// name.</summary>
sealed class RstInline
{
    const string Opening = "-:/'\"<([{";
    const string Closing = "-.,:;!?/'\")]}>\\";

    /// <summary>Substitutions in substitutions are text.</summary>
    const int MaxDepth = 2;

    readonly RstLinks _links;
    readonly SafeHtmlWriter _writer;
    readonly string _text;
    readonly int _depth;
    readonly HashSet<string> _neverEnding = [];
    int _at, _plain;

    RstInline(RstLinks links, string text, int depth) =>
        (_links, _writer, _text, _depth) = (links, links.Writer, text, depth);

    /// <summary>Writes a text.</summary>
    public static void Write(RstLinks links, string text, int depth = 0)
    {
        var inline = new RstInline(links, text, depth);
        while (inline._at < text.Length)
            inline.Step();
        inline.EndPlain();
    }

    /// <summary>Whether a text in brackets names a footnote or a citation.</summary>
    public static bool IsNoteLabel(ReadOnlySpan<char> label)
    {
        if (label is "#" or "*")
            return true;
        var name = label[0] is '#' ? label[1..] : label;
        foreach (var c in name)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('-' or '_' or '.' or '+' or ':'))
                return false;
        }
        return name.Length > 0;
    }

    /// <summary>Returns a text without its backslashes.</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not '\\')
                plain.Append(text[i]);
            else if (++i < text.Length && !char.IsWhiteSpace(text[i]))
                plain.Append(text[i]);
        }
        return plain.ToString();
    }

    void Step()
    {
        _links.Budget.Charge(1);
        var isMarkup = _text[_at] switch
        {
            '\\' => Skip(2),
            '*' => TryWrap("**", "strong") || TryWrap("*", "em") || SkipAll('*'),
            '`' => TryLiteral() || TryInterpreted(_at, null) || SkipAll('`'),
            '|' => TrySubstitution(),
            '_' => TryPlace(),
            '[' => TryNote(),
            ':' => TryRole(),
            var c when char.IsLetterOrDigit(c) => TryWord(),
            _ => false,
        };
        if (!isMarkup)
            _at++;
    }

    bool TryWrap(string mark, string element)
    {
        if (FindContent(_at, mark) is not { } end)
            return false;
        EndPlain();
        _writer.Start(element, new());
        _writer.Text(Unescape(_text[(_at + mark.Length)..end]));
        _writer.End(element);
        return Continue(end + mark.Length);
    }

    bool TryLiteral()
    {
        if (FindContent(_at, "``") is not { } end)
            return false;
        EndPlain();
        _writer.Start("code", new());
        _writer.Text(_text[(_at + 2)..end]);
        _writer.End("code");
        return Continue(end + 2);
    }

    /// <summary>Reads <c>`text`</c>, which has a role, or is a link if an underscore follows.</summary>
    bool TryInterpreted(int start, string? role)
    {
        if (_text.AsSpan(start).StartsWith("``") || FindContent(start, "`") is not { } end)
            return false;
        var content = _text[(start + 1)..end];
        var after = end + 1;
        EndPlain();
        if (role is null && after < _text.Length && _text[after] is '_')
        {
            var isAnonymous = after + 1 < _text.Length && _text[after + 1] is '_';
            _links.WritePhrase(content, isAnonymous);
            return Continue(after + (isAnonymous ? 2 : 1));
        }
        if (role is null && EndOfRole(after) is > 0 and var colon)
            (role, after) = (_text[(after + 1)..colon], colon + 1);
        WriteRole(role, content);
        return Continue(after);
    }

    void WriteRole(string? role, string content)
    {
        if (role is "pep" or "rfc"
            && int.TryParse(content, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            _links.Write(role is "pep"
                ? new($"https://peps.python.org/pep-{number:0000}", null)
                : new($"https://datatracker.ietf.org/doc/html/rfc{number}.html", null),
                $"{role.ToUpperInvariant()} {content}");
            return;
        }
        var element = role switch
        {
            null or "emphasis" or "title-reference" or "title" or "t" => "em",
            "strong" => "strong",
            "sub" or "subscript" => "sub",
            "sup" or "superscript" => "sup",
            "abbr" or "ref" or "doc" or "term" => null,
            "kbd" => "kbd",
            _ => "code",
        };
        // Sphinx's roles: "text <target>".
        if (role is not null && content is [.., '>']
            && content.LastIndexOf(" <", StringComparison.Ordinal) is > 0 and var at)
            content = content[..at];
        if (element is not null)
            _writer.Start(element, new());
        _writer.Text(role is "code" or "literal" or "math" ? content : Unescape(content));
        if (element is not null)
            _writer.End(element);
    }

    bool TryRole()
    {
        if (!CanStart(_at, 1) || EndOfRole(_at) is not (> 0 and var colon) || colon + 1 >= _text.Length
            || _text[colon + 1] is not '`')
            return false;
        return TryInterpreted(colon + 1, _text[(_at + 1)..colon].ToLowerInvariant());
    }

    /// <summary>Returns where the colon after a role's name is, or 0.</summary>
    int EndOfRole(int colon)
    {
        if (colon >= _text.Length || _text[colon] is not ':')
            return 0;
        for (var i = colon + 1; i < _text.Length && i - colon < 40; i++)
        {
            if (_text[i] is ':' && i > colon + 1 && (i + 1 == _text.Length || !char.IsAsciiLetterOrDigit(_text[i + 1])))
                return i;
            if (!char.IsAsciiLetterOrDigit(_text[i]) && _text[i] is not (':' or '-' or '_' or '.' or '+'))
                return 0;
        }
        return 0;
    }

    bool TrySubstitution()
    {
        if (FindContent(_at, "|") is not { } end || _depth >= MaxDepth)
            return false;
        var name = _text[(_at + 1)..end];
        if (_links.Names.FindSubstitution(name) is not { } content)
            return false;
        var after = end + 1;
        var isAnonymous = _text.AsSpan(after).StartsWith("__");
        var isLink = after < _text.Length && _text[after] is '_';
        EndPlain();
        _links.WriteSubstitution(
            content, !isLink ? null : isAnonymous ? _links.Names.NextAnonymous() : _links.Names.Find(name), _depth);
        return Continue(after + (isAnonymous ? 2 : isLink ? 1 : 0));
    }

    /// <summary>Reads <c>_`a place`</c>.</summary>
    bool TryPlace()
    {
        if (!_text.AsSpan(_at).StartsWith("_`") || !CanStart(_at, 2) || FindEnd("`", _at + 2) is not { } end)
            return false;
        EndPlain();
        _writer.Text(Unescape(_text[(_at + 2)..end]));
        return Continue(end + 1);
    }

    bool TryNote()
    {
        if (!CanStart(_at, 1))
            return false;
        var close = _at + 1;
        while (close < _text.Length && _text[close] is not (']' or '[' or ' ' or '\n'))
            close++;
        if (close + 1 >= _text.Length || close == _at + 1 || _text[close] is not ']' || _text[close + 1] is not '_'
            || !IsEnd(close + 2) || !IsNoteLabel(_text.AsSpan(_at + 1, close - _at - 1)))
            return false;
        if (_links.Names.FindNote(_text[(_at + 1)..close]) is not { } note)
            return false;
        EndPlain();
        _links.Write(new(null, note.Id), $"[{note.Label}]");
        return Continue(close + 2);
    }

    /// <summary>Reads a word, which may be an address, or a link if an underscore is at its end.</summary>
    bool TryWord()
    {
        var isApart = _at == 0 || IsOpening(_text[_at - 1]);
        var end = isApart ? RstAddress.EndOf(_text, _at) : 0;
        if (end > 0)
        {
            EndPlain();
            var address = _text[_at..end];
            _links.Write(new(RstAddress.Of(address), null), address);
            return Continue(end);
        }
        end = EndOfName(_at);
        if (isApart && end < _text.Length && _text[end] is '_')
        {
            var isAnonymous = end + 1 < _text.Length && _text[end + 1] is '_';
            var after = end + (isAnonymous ? 2 : 1);
            var name = _text[_at..end];
            if (IsEnd(after) && (isAnonymous ? _links.Names.NextAnonymous() : _links.Names.Find(name)) is { } target)
            {
                EndPlain();
                _links.Write(target, name);
                return Continue(after);
            }
        }
        _at = end;
        return true;
    }

    /// <summary>Returns the end of letters and digits with single signs between them.</summary>
    int EndOfName(int start)
    {
        var end = start;
        while (end < _text.Length)
        {
            if (!char.IsLetterOrDigit(_text[end]) && !(_text[end] is '-' or '.' or '_' or '+' or ':'
                && end + 1 < _text.Length && char.IsLetterOrDigit(_text[end + 1])))
                break;
            end++;
        }
        return end;
    }

    /// <summary>Returns where what begins with a mark ends, or null if it does not begin or end.</summary>
    int? FindContent(int start, string mark) =>
        _text.AsSpan(start).StartsWith(mark) && CanStart(start, mark.Length)
            ? FindEnd(mark, start + mark.Length)
            : null;

    int? FindEnd(string mark, int start)
    {
        if (_neverEnding.Contains(mark))
            return null;
        for (var i = start; (i = _text.IndexOf(mark, i, StringComparison.Ordinal)) >= 0; i++)
        {
            if (i > start && !char.IsWhiteSpace(_text[i - 1]) && (mark is "``" || _text[i - 1] is not '\\')
                && IsEndOf(mark, i + mark.Length))
            {
                _links.Budget.Charge(i - start);
                return i;
            }
        }
        _links.Budget.Charge(_text.Length - start);
        _neverEnding.Add(mark);
        return null;
    }

    bool IsEndOf(string mark, int after) => IsEnd(after) || (mark is "`" or "|" && after < _text.Length
        && ((_text[after] is '_' && (IsEnd(after + 1) || (_text[after + 1] is '_' && IsEnd(after + 2))))
            || (mark is "`" && EndOfRole(after) is > 0 and var colon && IsEnd(colon + 1))));

    /// <summary>Whether markup may begin: after a space or a bracket, before something, and not in quotes.</summary>
    bool CanStart(int start, int length)
    {
        if (start + length >= _text.Length || char.IsWhiteSpace(_text[start + length]))
            return false;
        if (start == 0)
            return true;
        var before = _text[start - 1];
        return IsOpening(before) && "'\"<([{".IndexOf(before, StringComparison.Ordinal) is var quote
            && (quote < 0 || _text[start + length] != "'\">)]}"[quote]);
    }

    static bool IsOpening(char c) => char.IsWhiteSpace(c) || Opening.Contains(c, StringComparison.Ordinal)
        || (c > '\u007f' && char.GetUnicodeCategory(c) is UnicodeCategory.OpenPunctuation
            or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation
            or UnicodeCategory.DashPunctuation or UnicodeCategory.OtherPunctuation);

    bool IsEnd(int at) => at >= _text.Length || char.IsWhiteSpace(_text[at])
        || Closing.Contains(_text[at], StringComparison.Ordinal)
        || (_text[at] > '\u007f' && char.IsPunctuation(_text[at]));

    bool Skip(int count)
    {
        _at = Math.Min(_at + count, _text.Length);
        return true;
    }

    bool SkipAll(char mark)
    {
        while (_at < _text.Length && _text[_at] == mark)
            _at++;
        return true;
    }

    bool Continue(int at)
    {
        _at = _plain = at;
        return true;
    }

    void EndPlain()
    {
        if (_at > _plain)
            _writer.Text(Unescape(_text[_plain.._at]));
        _plain = _at;
    }
}
