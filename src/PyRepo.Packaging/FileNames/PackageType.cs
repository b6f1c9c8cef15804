namespace PyRepo.Packaging.FileNames;

/// <summary>The type of a distribution.</summary>
public enum PackageType
{
    Unknown,
    Wheel,
    Sdist,
    Egg,
    WinInst,
    Rpm,
    Msi,
    Dmg,
    Deb,
    Dumb,

    /// <summary>The index of a release's variant wheels, <c>{name}-{version}-variants.json</c>
    /// (<see href="https://peps.python.org/pep-0825/#index-level-metadata">PEP 825</see>).</summary>
    VariantsIndex,
}
