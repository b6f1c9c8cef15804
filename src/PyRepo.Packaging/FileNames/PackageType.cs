namespace PyRepo.Packaging.FileNames;

/// <summary>What kind of distribution a file is.</summary>
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
