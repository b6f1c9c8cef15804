using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.FileNames;

/// <summary>The formats and the names that distributions may be uploaded in, as on PyPI
/// (<see href="https://peps.python.org/pep-0527/">PEP 527</see>,
/// <see href="https://peps.python.org/pep-0625/">PEP 625</see>). What else installers take for an sdist, they read in
/// ways that cannot be checked here.</summary>
public static class UploadFormat
{
    static readonly SearchValues<char> _letters = SearchValues.Create(Digits + Letters + "._+!-");
    static readonly SearchValues<char> _tagLetters = SearchValues.Create(Digits + Letters + "._");

    const string Digits = "0123456789";
    const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The longest label of a variant (<see href="https://peps.python.org/pep-0825/">PEP 825</see>).</summary>
    const int MaxLabelLength = 16;

    /// <summary>The parts of a wheel's name before its build tag and its tags.</summary>
    const int PartsBeforeTags = 2;

    /// <summary>Returns why a file of this name cannot be uploaded, and what to do; or null.</summary>
    public static string? Problem(DistributionFileName name) =>
        LetterProblem(name) ?? FormatProblem(name);

    /// <summary>Of other letters, some look like these, some change the order of what is around them, some have two
    /// spellings, and some are not seen at all.</summary>
    static string? LetterProblem(DistributionFileName name)
    {
        if (name.FileName.AsSpan().IndexOfAnyExcept(_letters) is >= 0 and var at)
            return Unusable(name.FileName, at, "the name of an uploaded file", "'.', '_', '-', '+' and '!'");
        if (name.PackageType != PackageType.Wheel)
            return null;
        var tags = Path.GetFileNameWithoutExtension(name.FileName).Split('-').Skip(PartsBeforeTags);
        foreach (var tag in tags)
        {
            if (tag.AsSpan().IndexOfAnyExcept(_tagLetters) is >= 0 and var inTag)
                return Unusable(tag, inTag, "a tag of a wheel", "'.' and '_'");
        }
        return null;
    }

    static string Unusable(string text, int at, string place, string punctuation)
    {
        var rune = Rune.TryGetRuneAt(text, at, out var found) ? found : Rune.ReplacementChar;
        return $"The character U+{rune.Value:X4} cannot be in {place}. Only the letters from A to Z, digits, "
            + $"{punctuation} can.";
    }

    static string? FormatProblem(DistributionFileName name) => name.PackageType switch
    {
        PackageType.Sdist when !SdistFileName.HasExtension(name.FileName) =>
            $"An uploaded sdist is a .tar.gz or a .zip, which '{name.FileName}' is not. Build a .tar.gz.",
        PackageType.Wheel when name.Wheel?.VariantLabel is { Length: > MaxLabelLength } label =>
            $"The variant label '{label}' has {label.Length} characters; at most {MaxLabelLength} are allowed.",
        PackageType.Dumb =>
            $"'{name.FileName}' has the name of a bdist_dumb. Uploads of the type bdist_dumb are not accepted. "
            + "Build a wheel.",
        _ => null,
    };
}

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
    internal static bool HasExtension(string fileName) => GetExtension(fileName) is not null;

    /// <summary>Parses the file name of an sdist. Returns false if it is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? fileName, [NotNullWhen(true)] out SdistFileName? sdist)
    {
        sdist = null;
        if (fileName is null || GetExtension(fileName) is not { } extension)
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

    static string? GetExtension(string fileName) =>
        Array.Find(_extensions, extension => fileName.EndsWith(extension, StringComparison.Ordinal));
}
