namespace PyRepo.Packaging.FileNames;

/// <summary>The formats in which distributions may be uploaded, as on PyPI
/// (<see href="https://peps.python.org/pep-0527/">PEP 527</see>,
/// <see href="https://peps.python.org/pep-0625/">PEP 625</see>). What else installers take for an sdist, they read in
/// ways that cannot be checked here.</summary>
public static class UploadFormat
{
    /// <summary>Returns why a file of this name cannot be uploaded, and what to do; or null.</summary>
    public static string? Problem(DistributionFileName name) => name.PackageType switch
    {
        PackageType.Sdist when !SdistFileName.HasExtension(name.FileName) =>
            $"An uploaded sdist is a .tar.gz or a .zip, which '{name.FileName}' is not. Build a .tar.gz.",
        PackageType.Dumb =>
            $"'{name.FileName}' has the name of a bdist_dumb. Uploads of the type bdist_dumb are not accepted. "
            + "Build a wheel.",
        _ => null,
    };
}
