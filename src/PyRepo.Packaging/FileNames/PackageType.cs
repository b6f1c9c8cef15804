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
}
