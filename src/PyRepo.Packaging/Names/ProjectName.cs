using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace PyRepo.Packaging.Names;

/// <summary>The normalized name of a project, by which indexes compare names: <c>foo-bar</c>
/// (<see href="https://packaging.python.org/en/latest/specifications/name-normalization/">names and
/// normalization</see>, <see href="https://peps.python.org/pep-0503/#normalized-names">PEP 503</see>).
/// </summary>
/// <remarks>Always valid: only <see cref="TryParse(string?, out ProjectName)"/> and <see cref="Parse(string)"/> create
/// one. The default value is the empty name.</remarks>
public readonly record struct ProjectName : IComparable<ProjectName>
{
    static readonly SearchValues<char> _nameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    readonly string? _value;

    ProjectName(string value) => _value = value;

    /// <summary>The normalized name.</summary>
    public string Value => _value ?? "";

    /// <summary>Parses a valid name in any spelling: ASCII letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, starting
    /// and ending with a letter or digit
    /// (<see href="https://packaging.python.org/en/latest/specifications/name-normalization/#name-format">name
    /// format</see>).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ProjectName name)
    {
        name = default;
        if (!IsValid(text))
            return false;
        name = new ProjectName(IsNormalized(text) ? text.ToString() : NormalizeSpan(text));
        return true;
    }

    /// <summary>Parses a valid name in any spelling. Allocates nothing if <paramref name="text"/> is already
    /// normalized.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ProjectName name)
    {
        name = default;
        if (text is null || !IsValid(text))
            return false;
        name = new ProjectName(Normalize(text));
        return true;
    }

    /// <summary>Parses a valid name in any spelling.</summary>
    /// <exception cref="FormatException">The text is not a valid name.</exception>
    public static ProjectName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new FormatException($"\"{text}\" is not a project name: it needs ASCII letters, digits, "
            + "'.', '_' or '-', with a letter or digit at both ends.");

    /// <summary>Normalizes any text, like <c>canonicalize_name</c>: each run of <c>-</c>, <c>_</c> and <c>.</c>
    /// becomes one <c>-</c>, and ASCII letters become lowercase. Unlike there, other letters are unchanged, so that
    /// different names stay different.</summary>
    public static string Normalize(string text)
    {
        var previous = '\0';
        foreach (var letter in text)
        {
            if (char.IsAsciiLetterUpper(letter) || letter is '_' or '.' || (letter == '-' && previous == '-'))
                return NormalizeSpan(text);
            previous = letter;
        }
        return text;
    }

    /// <summary>Whether a text is a valid name in normalized form.</summary>
    public static bool IsNormalized(ReadOnlySpan<char> text)
    {
        var previous = '-';
        foreach (var letter in text)
        {
            if (letter == '-' ? previous == '-' : !char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter))
                return false;
            previous = letter;
        }
        return previous != '-';
    }

    /// <summary>Whether a text is a valid name, in any spelling.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) =>
        text.Length > 0
        && char.IsAsciiLetterOrDigit(text[0])
        && char.IsAsciiLetterOrDigit(text[^1])
        && !text.ContainsAnyExcept(_nameCharacters);

    /// <summary>Ordinal order of the normalized names.</summary>
    public int CompareTo(ProjectName other) => string.CompareOrdinal(Value, other.Value);

    public static bool operator <(ProjectName left, ProjectName right) => left.CompareTo(right) < 0;

    public static bool operator >(ProjectName left, ProjectName right) => left.CompareTo(right) > 0;

    public static bool operator <=(ProjectName left, ProjectName right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ProjectName left, ProjectName right) => left.CompareTo(right) >= 0;

    /// <summary>The normalized name.</summary>
    public override string ToString() => Value;

    static string NormalizeSpan(ReadOnlySpan<char> text)
    {
        var rented = ArrayPool<char>.Shared.Rent(text.Length);
        var length = 0;
        foreach (var letter in text)
        {
            if (letter is not ('-' or '_' or '.'))
                rented[length++] = char.IsAsciiLetterUpper(letter) ? (char)(letter | 0x20) : letter;
            else if (length == 0 || rented[length - 1] != '-')
                rented[length++] = '-';
        }
        var normalized = new string(rented, 0, length);
        ArrayPool<char>.Shared.Return(rented);
        return normalized;
    }
}
