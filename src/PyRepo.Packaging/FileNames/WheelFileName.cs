using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.FileNames;

/// <summary>The file name of a wheel, as <c>parse_wheel_filename</c> of <c>packaging</c> parses it:
/// <c>{name}-{version}(-{build})?-{interpreter}-{abi}-{platform}.whl</c>
/// (<see href="https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention">binary
/// distribution format</see>). Unlike there, the name must be a valid project name, and may end in a variant's label
/// (<see href="https://peps.python.org/pep-0825/#variant-label">PEP 825</see>).</summary>
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

    /// <summary>The label of a variant wheel (<c>x86_64_v3</c>), or null. It stands for properties that the wheel's
    /// tags do not express.</summary>
    public string? VariantLabel { get; init; }

    /// <summary>The name and version as in the name of the archive's <c>.dist-info</c> directory.</summary>
    public required string NameAndVersion { get; init; }

    /// <summary>Expands the tags (<see href="https://peps.python.org/pep-0425/#compressed-tag-sets">PEP 425</see>):
    /// every combination once, in lowercase, sorted.</summary>
    public IReadOnlyList<string> ExpandTags()
    {
        var tags = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var interpreter in Interpreters.ToLowerInvariant().Split('.'))
            foreach (var abi in Abis.ToLowerInvariant().Split('.'))
                foreach (var platform in Platforms.ToLowerInvariant().Split('.'))
                    tags.Add($"{interpreter}-{abi}-{platform}");
        return [.. tags];
    }

    /// <summary>Parses the file name of a wheel. Returns false if it is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? fileName, [NotNullWhen(true)] out WheelFileName? wheel)
    {
        wheel = null;
        if (fileName is null || !fileName.EndsWith(Extension, StringComparison.Ordinal))
            return false;
        if (WheelNameParts.Split(fileName[..^Extension.Length]) is not { } parts
            || !ProjectName.TryParse(parts.Name, out var project))
            return false;
        wheel = Create(fileName, parts, project, PythonVersion.ParseOrNull(parts.Version));
        return wheel is not null;
    }

    /// <summary>Creates the file name from its parts. Returns null if they are not valid.</summary>
    internal static WheelFileName? Create(
        string fileName, WheelNameParts parts, ProjectName project, PythonVersion? version)
    {
        BuildTag build = default;
        if (version is null
            || !fileName.EndsWith(Extension, StringComparison.Ordinal)
            || parts.Name.Contains("__", StringComparison.Ordinal)
            || (parts.Build is not null && !BuildTag.TryParse(parts.Build, out build)))
            return null;
        if (!IsTagSet(parts.Interpreters) || !IsTagSet(parts.Abis) || !IsTagSet(parts.Platforms)
            || !AreIdentifiers(parts.Interpreters))
            return null;
        return new WheelFileName
        {
            FileName = fileName,
            Project = project,
            Version = version,
            Build = parts.Build is null ? null : build,
            Interpreters = parts.Interpreters,
            Abis = parts.Abis,
            Platforms = parts.Platforms,
            VariantLabel = parts.Label,
            NameAndVersion = $"{parts.Name}-{parts.Version}",
        };
    }

    static bool IsTagSet(string tags) =>
        tags.Length > 0 && tags[0] != '.' && tags[^1] != '.' && !tags.Contains("..", StringComparison.Ordinal);

    /// <summary>Whether all interpreter tags are Python identifiers. <c>2.7.6</c>, which occurs in practice, is
    /// not.</summary>
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

/// <summary>A wheel's build tag: a number and a suffix
/// (<see href="https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention">binary
/// distribution format</see>). It distinguishes builds of the same version.</summary>
public readonly record struct BuildTag(VersionNumber Number, string Suffix) : IComparable<BuildTag>
{
    /// <summary>Parses a build tag, which begins with an ASCII digit.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out BuildTag build)
    {
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? text.Length : digits;
        build = default;
        if (digits == 0)
            return false;
        build = new BuildTag(VersionNumber.FromDigits(text[..digits]), text[digits..].ToString());
        return true;
    }

    public int CompareTo(BuildTag other)
    {
        var order = Number.CompareTo(other.Number);
        return order != 0 ? order : string.CompareOrdinal(Suffix, other.Suffix);
    }

    public static bool operator <(BuildTag left, BuildTag right) => left.CompareTo(right) < 0;

    public static bool operator >(BuildTag left, BuildTag right) => left.CompareTo(right) > 0;

    public static bool operator <=(BuildTag left, BuildTag right) => left.CompareTo(right) <= 0;

    public static bool operator >=(BuildTag left, BuildTag right) => left.CompareTo(right) >= 0;

    /// <summary>Formats the number, without leading zeros, and the suffix.</summary>
    public override string ToString() => $"{Number}{Suffix}";
}
