using System.Diagnostics.CodeAnalysis;
using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.FileNames;

/// <summary>Files of which only the project is known: their version is not to be had from their name.</summary>
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
