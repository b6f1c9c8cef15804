using System.Diagnostics.CodeAnalysis;
using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.FileNames;

/// <summary>Parses the names of files of which only the project is known, because the name does not contain the
/// version.</summary>
static class UnversionedFileName
{
    public static bool TryParse(
        string fileName, ProjectName project, [NotNullWhen(true)] out DistributionFileName? result)
    {
        FileExtension.TryFind(fileName, out var extension);
        result = new DistributionFileName
        {
            FileName = fileName,
            Project = project,
            VersionText = "",
            PackageType = extension?.Type ?? PackageType.Unknown,
            PythonTag = "any",
            Identity = $"{project}//{fileName}",
        };
        return true;
    }
}
