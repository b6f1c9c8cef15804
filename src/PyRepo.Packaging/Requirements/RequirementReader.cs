using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.Requirements;

/// <summary>Reads the tokens of a requirement one after the other (dependency specifiers §grammar).</summary>
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

    /// <summary>Takes a token that is spelled so.</summary>
    public bool TryRead(string token)
    {
        if (!Remaining.StartsWith(token))
            return false;
        _position += token.Length;
        return true;
    }

    /// <summary>Takes a word that is spelled so and ends there.</summary>
    public bool TryReadWord(string word)
    {
        if (!Remaining.StartsWith(word) || (Remaining.Length > word.Length && IsWord(Remaining[word.Length])))
            return false;
        _position += word.Length;
        return true;
    }

    /// <summary>Takes a name of a project or an extra.</summary>
    public bool TryReadIdentifier(out string identifier)
    {
        var length = 0;
        while (length < Remaining.Length && (char.IsAsciiLetterOrDigit(Remaining[length]) || Remaining[length] is '.' or '_' or '-'))
            length++;
        if (length > 0 && length < Remaining.Length && IsWord(Remaining[length]))
            length = 0;
        // What follows the last letter, digit or underscore is no longer the name.
        while (length > 0 && Remaining[length - 1] is '.' or '-')
            length--;
        identifier = Remaining[..length].ToString();
        if (length == 0 || !char.IsAsciiLetterOrDigit(identifier[0]))
            return false;
        _position += length;
        return true;
    }

    /// <summary>Takes a clause of a version specifier.</summary>
    public bool TryReadSpecifier(out string specifier) => TryReadLength(Specifier.MatchLength(Remaining), out specifier);

    /// <summary>Takes everything up to a blank.</summary>
    public bool TryReadUntilWhitespace(out string url)
    {
        var end = Remaining.IndexOfAny(' ', '\t');
        return TryReadLength(end < 0 ? Remaining.Length : end, out url);
    }

    /// <summary>Takes a quoted Python string, and undoes its escapes.</summary>
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
