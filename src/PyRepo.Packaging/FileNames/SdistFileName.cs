using System.Diagnostics.CodeAnalysis;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.FileNames;

/// <summary>The file name of an sdist, as <c>parse_sdist_filename</c> of <c>packaging</c> parses it: <c>.tar.gz</c> or
/// <c>.zip</c>, with the version after the last dash (<see href="https://peps.python.org/pep-0625/">PEP 625</see>).
/// Unlike there, the name must be a valid project name.</summary>
public sealed record SdistFileName
{
    static readonly string[] _extensions = [".tar.gz", ".zip"];

    /// <summary>The file name.</summary>
    public required string FileName { get; init; }

    /// <summary>The project.</summary>
    public required ProjectName Project { get; init; }

    /// <summary>The version.</summary>
    public required PythonVersion Version { get; init; }

    /// <summary>Whether a file name ends like that of an sdist, in lowercase.</summary>
    internal static bool HasExtension(string fileName) => ExtensionOf(fileName) is not null;

    /// <summary>Parses the file name of an sdist. Returns false if it is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? fileName, [NotNullWhen(true)] out SdistFileName? sdist)
    {
        sdist = null;
        if (fileName is null || ExtensionOf(fileName) is not { } extension)
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

    static string? ExtensionOf(string fileName) =>
        Array.Find(_extensions, extension => fileName.EndsWith(extension, StringComparison.Ordinal));
}
