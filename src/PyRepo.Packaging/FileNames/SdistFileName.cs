using System.Diagnostics.CodeAnalysis;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.FileNames;

/// <summary>An sdist's file name as packaging's <c>parse_sdist_filename</c> reads it: <c>.tar.gz</c> or <c>.zip</c>,
/// and the last dash parts name and version (PEP 625). A name part that is no valid project name is refused.</summary>
public sealed record SdistFileName
{
    static readonly string[] _extensions = [".tar.gz", ".zip"];

    /// <summary>The file name.</summary>
    public required string FileName { get; init; }

    /// <summary>The project.</summary>
    public required ProjectName Project { get; init; }

    /// <summary>The version.</summary>
    public required PythonVersion Version { get; init; }

    /// <summary>Reads an sdist's file name; false where it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? fileName, [NotNullWhen(true)] out SdistFileName? sdist)
    {
        sdist = null;
        var extension = Array.Find(_extensions, end => fileName?.EndsWith(end, StringComparison.Ordinal) == true);
        if (fileName is null || extension is null)
            return false;
        var stem = fileName.AsSpan(0, fileName.Length - extension.Length);
        var dash = stem.LastIndexOf('-');
        if (dash <= 0 || !ProjectName.TryParse(stem[..dash], out var project))
            return false;
        if (!PythonVersion.TryParse(stem[(dash + 1)..], out var version))
            return false;
        sdist = new SdistFileName { FileName = fileName, Project = project, Version = version };
        return true;
    }
}
