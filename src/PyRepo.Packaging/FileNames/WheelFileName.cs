using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.FileNames;

/// <summary>A wheel's file name, <c>{name}-{version}(-{build})?-{interpreter}-{abi}-{platform}.whl</c> (binary
/// distribution format §file name convention), as packaging's <c>parse_wheel_filename</c> reads it. A name part that
/// is no valid project name is refused as well: no index can hold such a project.</summary>
public sealed record WheelFileName
{
    const string Extension = ".whl";

    /// <summary>The file name.</summary>
    public required string FileName { get; init; }

    /// <summary>The project.</summary>
    public required ProjectName Project { get; init; }

    /// <summary>The version.</summary>
    public required PythonVersion Version { get; init; }

    /// <summary>The build tag, or null.</summary>
    public BuildTag? Build { get; init; }

    /// <summary>The interpreter tags as written: <c>py2.py3</c>.</summary>
    public required string Interpreters { get; init; }

    /// <summary>The ABI tags as written.</summary>
    public required string Abis { get; init; }

    /// <summary>The platform tags as written.</summary>
    public required string Platforms { get; init; }

    /// <summary>The name and version as the archive's <c>.dist-info</c> directory repeats them.</summary>
    public required string NameAndVersion { get; init; }

    /// <summary>Every combination of the tags (PEP 425 §compressed tag sets), small, sorted, once each.</summary>
    public IReadOnlyList<string> ExpandTags()
    {
        var tags = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var interpreter in Interpreters.ToLowerInvariant().Split('.'))
            foreach (var abi in Abis.ToLowerInvariant().Split('.'))
                foreach (var platform in Platforms.ToLowerInvariant().Split('.'))
                    tags.Add($"{interpreter}-{abi}-{platform}");
        return [.. tags];
    }

    /// <summary>Reads a wheel's file name; false where it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? fileName, [NotNullWhen(true)] out WheelFileName? wheel)
    {
        wheel = null;
        if (fileName is null || !fileName.EndsWith(Extension, StringComparison.Ordinal))
            return false;
        var parts = fileName[..^Extension.Length].Split('-');
        if (parts.Length is not (5 or 6) || !ProjectName.TryParse(parts[0], out var project))
            return false;
        wheel = Create(fileName, parts, project, PythonVersion.ParseOrNull(parts[1]));
        return wheel is not null;
    }

    /// <summary>The wheel of a name that is split at its dashes, into five or six parts; null where they are not a
    /// wheel's.</summary>
    internal static WheelFileName? Create(string fileName, string[] parts, ProjectName project, PythonVersion? version)
    {
        BuildTag build = default;
        if (version is null
            || !fileName.EndsWith(Extension, StringComparison.Ordinal)
            || parts[0].Contains("__", StringComparison.Ordinal)
            || (parts.Length == 6 && !BuildTag.TryParse(parts[2], out build)))
            return null;
        if (!IsTagSet(parts[^3]) || !IsTagSet(parts[^2]) || !IsTagSet(parts[^1]) || !AreIdentifiers(parts[^3]))
            return null;
        return new WheelFileName
        {
            FileName = fileName,
            Project = project,
            Version = version,
            Build = parts.Length == 6 ? build : null,
            Interpreters = parts[^3],
            Abis = parts[^2],
            Platforms = parts[^1],
            NameAndVersion = $"{parts[0]}-{parts[1]}",
        };
    }

    static bool IsTagSet(string tags) =>
        tags.Length > 0 && tags[0] != '.' && tags[^1] != '.' && !tags.Contains("..", StringComparison.Ordinal);

    /// <summary>Interpreter tags are Python identifiers: <c>2.7.6</c> is a real mistake that is refused.</summary>
    static bool AreIdentifiers(string tags)
    {
        var atStart = true;
        foreach (var letter in tags)
        {
            if (letter != '.' && !(atStart ? IsIdentifierStart(letter) : IsIdentifierPart(letter)))
                return false;
            atStart = letter == '.';
        }
        return true;
    }

    static bool IsIdentifierStart(char letter) =>
        letter == '_' || char.IsLetter(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.LetterNumber;

    static bool IsIdentifierPart(char letter) => IsIdentifierStart(letter) || char.GetUnicodeCategory(letter)
        is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.ConnectorPunctuation;
}
