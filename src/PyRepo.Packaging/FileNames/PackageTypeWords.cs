namespace PyRepo.Packaging.FileNames;

/// <summary>The words that PyPI's JSON API and the upload form use for a <see cref="PackageType"/>.</summary>
public static class PackageTypeWords
{
    /// <summary>The word: <c>bdist_wheel</c>, <c>sdist</c>, …; empty for <see cref="PackageType.Unknown"/>.</summary>
    public static string ToWord(this PackageType type) => type switch
    {
        PackageType.Wheel => "bdist_wheel",
        PackageType.Sdist => "sdist",
        PackageType.Egg => "bdist_egg",
        PackageType.WinInst => "bdist_wininst",
        PackageType.Rpm => "bdist_rpm",
        PackageType.Msi => "bdist_msi",
        PackageType.Dmg => "bdist_dmg",
        PackageType.Deb => "bdist_deb",
        PackageType.Dumb => "bdist_dumb",
        _ => "",
    };

    /// <summary>Reads such a word; false where it is none.</summary>
    public static bool TryParse(string? word, out PackageType type)
    {
        foreach (var candidate in Enum.GetValues<PackageType>())
        {
            type = candidate;
            if (candidate != PackageType.Unknown && candidate.ToWord() == word)
                return true;
        }
        type = PackageType.Unknown;
        return false;
    }
}
