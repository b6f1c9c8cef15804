using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.Requirements;

/// <summary>Reads the tokens of a requirement one after the other (dependency specifiers §grammar).</summary>
ref struct RequirementReader(string text)
{
    readonly ReadOnlySpan<char> _text = text;
    int _position;

    public readonly bool AtEnd => _position == _text.Length;

    public readonly ReadOnlySpan<char> Rest => _text[_position..];

    public void SkipBlanks()
    {
        while (!AtEnd && _text[_position] is ' ' or '\t')
            _position++;
    }

    /// <summary>Takes a token that is spelled so.</summary>
    public bool TryTake(string token)
    {
        if (!Rest.StartsWith(token))
            return false;
        _position += token.Length;
        return true;
    }

    /// <summary>Takes a word that is spelled so and ends there.</summary>
    public bool TryTakeWord(string word)
    {
        if (!Rest.StartsWith(word) || (Rest.Length > word.Length && IsWord(Rest[word.Length])))
            return false;
        _position += word.Length;
        return true;
    }

    /// <summary>Takes a name of a project or an extra.</summary>
    public bool TryTakeIdentifier(out string identifier)
    {
        var length = 0;
        while (length < Rest.Length && (char.IsAsciiLetterOrDigit(Rest[length]) || Rest[length] is '.' or '_' or '-'))
            length++;
        if (length > 0 && length < Rest.Length && IsWord(Rest[length]))
            length = 0;
        // What follows the last letter, digit or underscore is no longer the name.
        while (length > 0 && Rest[length - 1] is '.' or '-')
            length--;
        identifier = Rest[..length].ToString();
        if (length == 0 || !char.IsAsciiLetterOrDigit(identifier[0]))
            return false;
        _position += length;
        return true;
    }

    /// <summary>Takes a clause of a version specifier.</summary>
    public bool TryTakeSpecifier(out string specifier) => TryTakeLength(Specifier.MatchLength(Rest), out specifier);

    /// <summary>Takes everything up to a blank.</summary>
    public bool TryTakeUntilBlank(out string url)
    {
        var end = Rest.IndexOfAny(' ', '\t');
        return TryTakeLength(end < 0 ? Rest.Length : end, out url);
    }

    /// <summary>Takes a quoted Python string, and undoes its escapes.</summary>
    public bool TryTakeString(out string value)
    {
        value = "";
        if (AtEnd || Rest[0] is not ('"' or '\''))
            return false;
        var length = Rest[1..].IndexOf(Rest[0]);
        if (length < 0 || PythonString.Unescape(Rest.Slice(1, length)) is not { } unescaped)
            return false;
        value = unescaped;
        _position += length + 2;
        return true;
    }

    static bool IsWord(char letter) => letter == '_' || char.IsLetterOrDigit(letter);

    bool TryTakeLength(int length, out string token)
    {
        token = Rest[..length].ToString();
        _position += length;
        return length > 0;
    }
}
