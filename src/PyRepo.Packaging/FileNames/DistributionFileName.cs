using System.Diagnostics.CodeAnalysis;
using System.Text;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.FileNames;

/// <summary>What a file name in an index says about the distribution, old and odd ones included.</summary>
public sealed record DistributionFileName
{
    const int MaxLength = 255;

    /// <summary>The file name.</summary>
    public required string FileName { get; init; }

    /// <summary>The project.</summary>
    public required ProjectName Project { get; init; }

    /// <summary>The version as written in the file name.</summary>
    public required string VersionText { get; init; }

    /// <summary>The version; null where PEP 440 does not know it (<c>2004d</c>).</summary>
    public PythonVersion? Version { get; init; }

    /// <summary>The kind of distribution.</summary>
    public required PackageType PackageType { get; init; }

    /// <summary>What PyPI's JSON API calls <c>python_version</c>: <c>py3</c>, <c>cp311</c>, <c>source</c>, <c>2.7</c>,
    /// <c>any</c>.</summary>
    public required string PythonTag { get; init; }

    /// <summary>One text for all spellings of the same distribution: project, canonical version, kind, archive format
    /// and, for a wheel, build and tags, whatever their order.</summary>
    public required string Identity { get; init; }

    /// <summary>The wheel's parts; null where the file is no wheel, or one with an odd name.</summary>
    public WheelFileName? Wheel { get; init; }

    /// <summary>Whether a text may be a file name at all: one path segment of at most 255 bytes without control
    /// characters that does not begin with a dot.</summary>
    public static bool IsSafe(string fileName) =>
        fileName.Length is > 0 and <= MaxLength
        && fileName[0] != '.'
        && !fileName.AsSpan().ContainsAny('/', '\\')
        && !fileName.Any(char.IsControl)
        && IsUnicode(fileName)
        && Encoding.UTF8.GetByteCount(fileName) <= MaxLength;

    /// <summary>Reads the file name of a known project: what follows the project's name is the version, as pip and uv
    /// read it. False where the name is not safe, or is another project's.</summary>
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
            _ => ArchiveFileName.TryParse(fileName, extension, project, out result),
        };
    }

    /// <summary>Reads a file name without knowing the project: of the dashes, the last before something that is a
    /// version parts them. False where the name is not safe, or has no such dash.</summary>
    public static bool TryParse(string fileName, [NotNullWhen(true)] out DistributionFileName? result)
    {
        result = null;
        if (!IsSafe(fileName) || !FileExtension.TryFind(fileName, out var extension))
            return false;
        return extension.Type == PackageType.Wheel
            ? LenientWheelFileName.TryParse(fileName, out result)
            : ArchiveFileName.TryParse(fileName, extension, out result);
    }

    static bool IsUnicode(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
                return false;
        }
        return true;
    }
}
