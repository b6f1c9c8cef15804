using System.Diagnostics.CodeAnalysis;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.FileNames;

/// <summary>Parses the names of wheels on real indexes. It accepts parts that <c>packaging</c> rejects today, such as
/// the interpreter <c>2.7.6</c> or the version <c>1.0_1</c>.</summary>
static class LenientWheelFileName
{
    public static bool TryParse(
        string fileName, ProjectName project, [NotNullWhen(true)] out DistributionFileName? result)
    {
        result = TryParse(fileName, out var wheel) && wheel.Project == project ? wheel : null;
        return result is not null;
    }

    public static bool TryParse(string fileName, [NotNullWhen(true)] out DistributionFileName? result)
    {
        result = null;
        var parts = Path.GetFileNameWithoutExtension(fileName).Split('-');
        if (parts.Length is not (5 or 6) || Array.Exists(parts, part => part.Length == 0))
            return false;
        if (!ProjectName.TryParse(parts[0], out var project))
            return false;
        var isVersion = PythonVersion.TryParse(parts[1], out var version);
        if (!isVersion)
            version = PythonVersion.ParseOrNull(parts[1].Replace('_', '-'));
        var build = parts.Length == 6 ? BuildIdentity(parts[2]) : "";
        var tags = $"{Sorted(parts[^3])}-{Sorted(parts[^2])}-{Sorted(parts[^1])}";
        result = new DistributionFileName
        {
            FileName = fileName,
            Project = project,
            VersionText = parts[1],
            Version = version,
            PackageType = PackageType.Wheel,
            PythonTag = parts[^3],
            Identity = $"{project}/{version?.Canonical ?? parts[1]}/bdist_wheel/{build}/{tags}",
            Wheel = WheelFileName.Create(fileName, parts, project, isVersion ? version : null),
        };
        return true;
    }

    static string BuildIdentity(string text) => BuildTag.TryParse(text, out var build) ? build.ToString() : text;

    static string Sorted(string tags)
    {
        tags = tags.ToLowerInvariant();
        return tags.Contains('.', StringComparison.Ordinal)
            ? string.Join('.', tags.Split('.').Distinct().Order(StringComparer.Ordinal))
            : tags;
    }
}
