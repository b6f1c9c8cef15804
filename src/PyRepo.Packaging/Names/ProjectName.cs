using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace PyRepo.Packaging.Names;

/// <summary>A project's name in its normalised form, by which an index compares names (PEP 503): <c>foo-bar</c>.
/// </summary>
/// <remarks>Cannot be wrong once made: only <see cref="TryParse(string?, out ProjectName)"/> and
/// <see cref="Parse(string)"/> make one, and only from a valid name. The default value is the empty name.</remarks>
public readonly record struct ProjectName : IComparable<ProjectName>
{
    static readonly SearchValues<char> _nameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    readonly string? _value;

    ProjectName(string value) => _value = value;

    /// <summary>The normalised name.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads a valid name in any spelling (core metadata, field Name): ASCII letters, digits and
    /// <c>. _ -</c>, a letter or digit at both ends.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ProjectName name)
    {
        name = default;
        if (!IsValid(text))
            return false;
        name = new ProjectName(IsNormalized(text) ? text.ToString() : NormalizeSpan(text));
        return true;
    }

    /// <summary>The same without an allocation where <paramref name="text"/> is normalised already.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ProjectName name)
    {
        name = default;
        if (text is null || !IsValid(text))
            return false;
        name = new ProjectName(Normalize(text));
        return true;
    }

    /// <summary>Reads a valid name in any spelling.</summary>
    /// <exception cref="FormatException">It is not a valid name.</exception>
    public static ProjectName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new FormatException($"\"{text}\" is not a project name: it needs ASCII letters, digits, "
            + "'.', '_' or '-', with a letter or digit at both ends.");

    /// <summary>PEP 503 normalisation of any text, valid name or not: runs of <c>- _ .</c> become one <c>-</c>, and
    /// ASCII letters become small. Letters of other scripts stay, so that no two of them join.</summary>
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

    /// <summary>Whether a text is a valid name in normalised form already.</summary>
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

    /// <summary>Ordinal order of the normalised names.</summary>
    public int CompareTo(ProjectName other) => string.CompareOrdinal(Value, other.Value);

    public static bool operator <(ProjectName left, ProjectName right) => left.CompareTo(right) < 0;

    public static bool operator >(ProjectName left, ProjectName right) => left.CompareTo(right) > 0;

    public static bool operator <=(ProjectName left, ProjectName right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ProjectName left, ProjectName right) => left.CompareTo(right) >= 0;

    /// <summary>The normalised name.</summary>
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
