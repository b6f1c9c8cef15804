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
        if (WheelNameParts.Split(Path.GetFileNameWithoutExtension(fileName)) is not { } parts || HasEmptyPart(parts))
            return false;
        if (!ProjectName.TryParse(parts.Name, out var project))
            return false;
        var isVersion = PythonVersion.TryParse(parts.Version, out var version);
        if (!isVersion)
            version = PythonVersion.ParseOrNull(parts.Version.Replace('_', '-'));
        var build = parts.Build is null ? "" : BuildIdentity(parts.Build);
        var tags = $"{Sorted(parts.Interpreters)}-{Sorted(parts.Abis)}-{Sorted(parts.Platforms)}";
        var label = parts.Label is null ? "" : $"/{parts.Label}";
        result = new DistributionFileName
        {
            FileName = fileName,
            Project = project,
            VersionText = parts.Version,
            Version = version,
            PackageType = PackageType.Wheel,
            PythonTag = parts.Interpreters,
            Identity = $"{project}/{version?.Canonical ?? parts.Version}/bdist_wheel/{build}/{tags}{label}",
            Wheel = WheelFileName.Create(fileName, parts, project, isVersion ? version : null),
        };
        return true;
    }

    static bool HasEmptyPart(WheelNameParts parts) =>
        parts.Name.Length == 0 || parts.Version.Length == 0 || parts.Build is "" || parts.Interpreters.Length == 0
        || parts.Abis.Length == 0 || parts.Platforms.Length == 0;

    static string BuildIdentity(string text) => BuildTag.TryParse(text, out var build) ? build.ToString() : text;

    static string Sorted(string tags)
    {
        tags = tags.ToLowerInvariant();
        return tags.Contains('.', StringComparison.Ordinal)
            ? string.Join('.', tags.Split('.').Distinct().Order(StringComparer.Ordinal))
            : tags;
    }
}
