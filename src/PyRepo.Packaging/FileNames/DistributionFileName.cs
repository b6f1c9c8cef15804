using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.FileNames;

/// <summary>The file name of a distribution in an index, including old and unusual ones.</summary>
public sealed record DistributionFileName
{
    const int MaxLength = 255;

    /// <summary>The file name.</summary>
    public required string FileName { get; init; }

    /// <summary>The project.</summary>
    public required ProjectName Project { get; init; }

    /// <summary>The version as written in the file name.</summary>
    public required string VersionText { get; init; }

    /// <summary>The version; null if it is not valid under the
    /// <see href="https://packaging.python.org/en/latest/specifications/version-specifiers/">version specifiers</see>
    /// (<c>2004d</c>).</summary>
    public PythonVersion? Version { get; init; }

    /// <summary>The version in its normal form, or as written in the file name if it is not valid.</summary>
    public string CanonicalVersion => Version?.ToString() ?? VersionText;

    /// <summary>The kind of distribution.</summary>
    public required PackageType PackageType { get; init; }

    /// <summary>The <c>python_version</c> of PyPI's JSON API: <c>py3</c>, <c>cp311</c>, <c>source</c>, <c>2.7</c> or
    /// <c>any</c>.</summary>
    public required string PythonTag { get; init; }

    /// <summary>The same text for all spellings of a distribution: project, canonical version, type, archive format
    /// and, for a wheel, build tag, sorted tags and the variant's label.</summary>
    public required string Identity { get; init; }

    /// <summary>The parts of a wheel's name; null if the file is not a wheel, or has an invalid name.</summary>
    public WheelFileName? Wheel { get; init; }

    /// <summary>Whether the file is of a version, in any spelling: 1.0 and 1.0.0 are the same.</summary>
    public bool IsOf(string version) => version == VersionText
        || (Version is not null && PythonVersion.TryParse(version, out var parsed) && parsed.Equals(Version));

    /// <summary>The same, where many files are compared with one version.</summary>
    /// <param name="version">The version.</param>
    /// <param name="parsed">The same, parsed, or null if it is not valid.</param>
    public bool IsOf(string version, PythonVersion? parsed) =>
        version == VersionText || (Version is not null && Version.Equals(parsed));

    /// <summary>Whether a text is safe as a file name: one path segment of at most 255 UTF-8 bytes, without characters
    /// that are not seen or change the order of others, or a leading dot.</summary>
    public static bool IsSafe(string fileName) =>
        fileName.Length is > 0 and <= MaxLength
        && fileName[0] != '.'
        && !fileName.AsSpan().ContainsAny('/', '\\')
        && IsVisible(fileName)
        && Encoding.UTF8.GetByteCount(fileName) <= MaxLength;

    /// <summary>Parses the file name of a known project: the version follows the project's name, as in pip and uv.
    /// Returns false if the name is not safe or belongs to another project.</summary>
    public static bool TryParse(
        string fileName, ProjectName project, [NotNullWhen(true)] out DistributionFileName? result)
    {
        result = null;
        if (!IsSafe(fileName))
            return false;
        if (!FileExtension.TryFind(fileName, out var extension))
            return UnversionedFileName.TryParse(fileName, project, out result);
        return extension.Type switch
        {
            PackageType.Wheel => LenientWheelFileName.TryParse(fileName, project, out result),
            PackageType.Deb => UnversionedFileName.TryParse(fileName, project, out result),
            PackageType.VariantsIndex => ArchiveFileName.TryParse(fileName, extension, project, out result)
                || UnversionedFileName.TryParse(fileName, project, out result),
            _ => ArchiveFileName.TryParse(fileName, extension, project, out result),
        };
    }

    /// <summary>Parses the file name of an unknown project: the last dash before a valid version separates name and
    /// version. Returns false if the name is not safe or has no such dash.</summary>
    public static bool TryParse(string fileName, [NotNullWhen(true)] out DistributionFileName? result)
    {
        result = null;
        if (!IsSafe(fileName) || !FileExtension.TryFind(fileName, out var extension))
            return false;
        return extension.Type == PackageType.Wheel
            ? LenientWheelFileName.TryParse(fileName, out result)
            : ArchiveFileName.TryParse(fileName, extension, out result);
    }

    static bool IsVisible(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control
                or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                return false;
        }
        return true;
    }
}

/// <summary>Parses the names of files of which only the project is known, because the name does not contain the
/// version.</summary>
static class UnversionedFileName
{
    public static bool TryParse(
        string fileName, ProjectName project, [NotNullWhen(true)] out DistributionFileName? result)
    {
        FileExtension.TryFind(fileName, out var extension);
        result = new DistributionFileName
        {
            FileName = fileName,
            Project = project,
            VersionText = "",
            PackageType = extension?.Type ?? PackageType.Unknown,
            PythonTag = "any",
            Identity = $"{project}//{fileName}",
        };
        return true;
    }
}
