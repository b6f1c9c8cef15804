using System.Buffers;

namespace PyRepo.Packaging.FileNames;

/// <summary>The parts of a wheel's name between its dashes:
/// <c>{name}-{version}(-{build})?-{interpreter}-{abi}-{platform}(-{label})?.whl</c>. A variant wheel has a label
/// (<see href="https://peps.python.org/pep-0825/#variant-label">PEP 825</see>).</summary>
sealed record WheelNameParts(
    string Name, string Version, string? Build, string Interpreters, string Abis, string Platforms, string? Label)
{
    const int Shortest = 5;
    const int MinLettersOfInterpreter = 2;

    static readonly SearchValues<char> _letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    static readonly SearchValues<char> _labelLetters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz_.");

    /// <summary>Splits a name without its extension. Returns null if it has too few parts or too many.</summary>
    /// <remarks>Of six parts, the third is a build tag or the sixth a label. What is no variant wheel has a build tag,
    /// even one that is not valid: <c>rc1-py3-none-any</c> is not the interpreter <c>rc1</c> with the label
    /// <c>any</c>.</remarks>
    public static WheelNameParts? Split(string stem)
    {
        var parts = stem.Split('-');
        return parts.Length switch
        {
            Shortest => From(parts, null, null),
            Shortest + 1 when IsVariant(parts.AsSpan(2)) => From(parts[..^1], null, parts[^1]),
            Shortest + 1 => From(parts, parts[2], null),
            Shortest + 2 when IsVariant(parts.AsSpan(3)) => From(parts[..^1], parts[2], parts[^1]),
            _ => null,
        };
    }

    static WheelNameParts From(string[] parts, string? build, string? label) =>
        new(parts[0], parts[1], build, parts[^3], parts[^2], parts[^1], label);

    static bool IsVariant(ReadOnlySpan<string> tagsAndLabel) =>
        tagsAndLabel[0].Split('.').All(IsInterpreter)
        && tagsAndLabel[2].Split('.').All(IsPlatform)
        && IsLabel(tagsAndLabel[3]);

    /// <summary>Whether a tag is a Python's short name and version: <c>py3</c>, <c>cp313</c>, <c>graalpy311</c>.
    /// </summary>
    static bool IsInterpreter(string tag)
    {
        var letters = tag.AsSpan().IndexOfAnyExcept(_letters);
        return letters >= MinLettersOfInterpreter && char.IsAsciiDigit(tag[letters]);
    }

    /// <summary>Whether a tag is a platform, and not an ABI: <c>any</c>, <c>win32</c>, <c>linux_x86_64</c>.</summary>
    static bool IsPlatform(string tag) => tag is "any" or "win32" || tag.Contains('_', StringComparison.Ordinal);

    static bool IsLabel(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(_labelLetters);
}
