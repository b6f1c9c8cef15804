using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.Requirements;

/// <summary>Reads the tokens of a requirement in order
/// (<see href="https://packaging.python.org/en/latest/specifications/dependency-specifiers/#grammar">grammar</see>).</summary>
ref struct RequirementReader(string text)
{
    readonly ReadOnlySpan<char> _text = text;
    int _position;

    public readonly bool AtEnd => _position == _text.Length;

    public readonly ReadOnlySpan<char> Remaining => _text[_position..];

    public void SkipWhitespace()
    {
        while (!AtEnd && _text[_position] is ' ' or '\t')
            _position++;
    }

    /// <summary>Reads a token.</summary>
    public bool TryRead(string token)
    {
        if (!Remaining.StartsWith(token))
            return false;
        _position += token.Length;
        return true;
    }

    /// <summary>Reads a whole word.</summary>
    public bool TryReadWord(string word)
    {
        if (!Remaining.StartsWith(word) || (Remaining.Length > word.Length && IsWord(Remaining[word.Length])))
            return false;
        _position += word.Length;
        return true;
    }

    /// <summary>Reads the name of a project or an extra.</summary>
    public bool TryReadIdentifier(out string identifier)
    {
        var length = 0;
        while (length < Remaining.Length
            && (char.IsAsciiLetterOrDigit(Remaining[length]) || Remaining[length] is '.' or '_' or '-'))
            length++;
        if (length > 0 && length < Remaining.Length && IsWord(Remaining[length]))
            length = 0;
        // The name ends with its last letter, digit or underscore.
        while (length > 0 && Remaining[length - 1] is '.' or '-')
            length--;
        identifier = Remaining[..length].ToString();
        if (length == 0 || !char.IsAsciiLetterOrDigit(identifier[0]))
            return false;
        _position += length;
        return true;
    }

    /// <summary>Reads a clause of a version specifier.</summary>
    public bool TryReadSpecifier(out string specifier) =>
        TryReadLength(Specifier.MatchLength(Remaining), out specifier);

    /// <summary>Reads everything up to a space or tab.</summary>
    public bool TryReadUntilWhitespace(out string url)
    {
        var end = Remaining.IndexOfAny(' ', '\t');
        return TryReadLength(end < 0 ? Remaining.Length : end, out url);
    }

    /// <summary>Reads and unescapes a quoted Python string.</summary>
    public bool TryReadString(out string value)
    {
        value = "";
        if (AtEnd || Remaining[0] is not ('"' or '\''))
            return false;
        var length = Remaining[1..].IndexOf(Remaining[0]);
        if (length < 0 || PythonString.Unescape(Remaining.Slice(1, length)) is not { } unescaped)
            return false;
        value = unescaped;
        _position += length + 2;
        return true;
    }

    static bool IsWord(char letter) => letter == '_' || char.IsLetterOrDigit(letter);

    bool TryReadLength(int length, out string token)
    {
        token = Remaining[..length].ToString();
        _position += length;
        return length > 0;
    }
}
