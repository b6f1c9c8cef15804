namespace PyRepo.Packaging.FileNames;

/// <summary>The names of a <see cref="PackageType"/> in PyPI's JSON API (<c>packagetype</c>) and in uploads
/// (<c>filetype</c>).</summary>
public static class PackageTypeNames
{
    /// <summary>Returns the name: <c>bdist_wheel</c>, <c>sdist</c>, …; empty for
    /// <see cref="PackageType.Unknown"/>.</summary>
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
        // No specification has a name for it yet. This is pylock.toml's, written like the others.
        PackageType.VariantsIndex => "variants_json",
        _ => "",
    };

    /// <summary>Parses a name. Returns false if it is not one.</summary>
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
