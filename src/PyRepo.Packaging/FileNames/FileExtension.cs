using System.Diagnostics.CodeAnalysis;

namespace PyRepo.Packaging.FileNames;

/// <summary>The extension of a file name, its distribution type, and its canonical spelling.</summary>
sealed record FileExtension(string Text, PackageType Type, string Canonical)
{
    static readonly FileExtension[] _known =
    [
        new(".whl", PackageType.Wheel), new(".tar.gz", PackageType.Sdist), new(".zip", PackageType.Sdist),
        new(".tgz", PackageType.Sdist, ".tar.gz"), new(".tar.bz2", PackageType.Sdist),
        new(".tbz", PackageType.Sdist, ".tar.bz2"), new(".tar.xz", PackageType.Sdist),
        new(".txz", PackageType.Sdist, ".tar.xz"), new(".tar.Z", PackageType.Sdist),
        new(".tar.lz", PackageType.Sdist), new(".tlz", PackageType.Sdist, ".tar.lz"),
        new(".tar.lzma", PackageType.Sdist), new(".tar", PackageType.Sdist), new(".egg", PackageType.Egg),
        new(".exe", PackageType.WinInst), new(".msi", PackageType.Msi), new(".rpm", PackageType.Rpm),
        new(".dmg", PackageType.Dmg), new(".deb", PackageType.Deb),
        new("-variants.json", PackageType.VariantsIndex),
    ];

    FileExtension(string text, PackageType type)
        : this(text, type, text)
    {
    }

    /// <summary>Finds the extension of a file name, ignoring case. Returns false if it is not the extension of a
    /// distribution.
    /// </summary>
    public static bool TryFind(string fileName, [NotNullWhen(true)] out FileExtension? extension)
    {
        extension = Array.Find(
            _known, known => fileName.EndsWith(known.Text, StringComparison.OrdinalIgnoreCase));
        return extension is not null;
    }
}
