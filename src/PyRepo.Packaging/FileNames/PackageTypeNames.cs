namespace PyRepo.Packaging.FileNames;

/// <summary>The words that PyPI's JSON API and the upload form use for a <see cref="PackageType"/>.</summary>
public static class PackageTypeNames
{
    /// <summary>The word: <c>bdist_wheel</c>, <c>sdist</c>, …; empty for <see cref="PackageType.Unknown"/>.</summary>
    public static string ToName(this PackageType type) => type switch
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
    public static bool TryParse(string? name, out PackageType type)
    {
        foreach (var candidate in Enum.GetValues<PackageType>())
        {
            type = candidate;
            if (candidate != PackageType.Unknown && candidate.ToName() == name)
                return true;
        }
        type = PackageType.Unknown;
        return false;
    }
}
