using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.FileNames;

/// <summary>Parses the names of sdists and older distribution types: <c>{name}-{version}</c>, for some types followed
/// by a Python version and a platform.</summary>
static partial class ArchiveFileName
{
    /// <summary>Splits the name from the version at the dash after the project's name in any spelling, as pip
    /// does.</summary>
    public static bool TryParse(
        string fileName, FileExtension extension, ProjectName project,
        [NotNullWhen(true)] out DistributionFileName? result)
    {
        result = null;
        var stem = fileName[..^extension.Text.Length];
        for (var dash = stem.IndexOf('-'); dash >= 0; dash = stem.IndexOf('-', dash + 1))
        {
            if (!ProjectName.TryParse(stem.AsSpan(0, dash), out var name) || name != project)
                continue;
            result = Create(fileName, extension, project, stem[(dash + 1)..]);
            return result is not null;
        }
        return false;
    }

    /// <summary>Splits the name from the version at the last dash before a valid version.</summary>
    public static bool TryParse(
        string fileName, FileExtension extension, [NotNullWhen(true)] out DistributionFileName? result)
    {
        result = null;
        var stem = fileName[..^extension.Text.Length];
        for (var dash = stem.LastIndexOf('-'); dash > 0; dash = stem.LastIndexOf('-', dash - 1))
        {
            if (!ProjectName.TryParse(stem.AsSpan(0, dash), out var project))
                continue;
            var candidate = Create(fileName, extension, project, stem[(dash + 1)..]);
            if (candidate is null)
                continue;
            if (candidate.Version is not null)
            {
                result = candidate;
                return true;
            }
            result ??= StartsWithDigit(candidate.VersionText) ? candidate : null;
        }
        return result is not null;
    }

    static bool StartsWithDigit(string text) => text.Length > 0 && char.IsAsciiDigit(text[0]);

    static DistributionFileName? Create(string fileName, FileExtension extension, ProjectName project, string suffix)
    {
        var (versionText, type, python, platform) = SplitSuffix(suffix, extension.Type);
        if (versionText.Length == 0)
            return null;
        var version = PythonVersion.ParseOrNull(versionText);
        if (type != PackageType.Sdist)
            version ??= PythonVersion.ParseOrNull(versionText.Replace('_', '-'));
        var format = type is PackageType.Sdist or PackageType.Dumb ? extension.Canonical : "";
        var kind = $"{type.ToName()}/{python}/{platform.ToLowerInvariant()}{format}";
        return new DistributionFileName
        {
            FileName = fileName,
            Project = project,
            VersionText = versionText,
            Version = version,
            PackageType = type,
            PythonTag = type == PackageType.Sdist ? "source" : python.Length > 0 ? python : "any",
            Identity = $"{project}/{version?.Canonical ?? versionText}/{kind}",
        };
    }

    static (string Version, PackageType Type, string Python, string Platform) SplitSuffix(
        string suffix, PackageType type)
    {
        var match = type switch
        {
            PackageType.Egg => EggSuffix.Match(suffix),
            PackageType.WinInst or PackageType.Msi => InstallerSuffix.Match(suffix),
            PackageType.Rpm => RpmSuffix.Match(suffix),
            PackageType.Sdist => DumbSuffix.Match(suffix),
            _ => Match.Empty,
        };
        if (!match.Success)
            return (suffix, type, "", "");
        return (
            match.Groups["version"].Value,
            type == PackageType.Sdist ? PackageType.Dumb : type,
            match.Groups["python"].Value,
            match.Groups["platform"].Value + match.Groups["variant"].Value);
    }

    [GeneratedRegex(@"\A(?<version>.+?)(-py(?<python>[0-9](\.[0-9]+)?)(-(?<platform>.+))?)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    static partial Regex EggSuffix { get; }

    [GeneratedRegex(
        @"\A(?<version>.+?)[.-](?<platform>win32|win-[a-z0-9]+|macosx-[0-9.]+-[A-Za-z0-9_]+|linux-[A-Za-z0-9_]+)"
        + @"(-py(?<python>[0-9](\.[0-9]+)?)(?<variant>-[A-Za-z0-9_]+)?)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    static partial Regex InstallerSuffix { get; }

    [GeneratedRegex(@"\A(?<version>[^-]+)-(?<platform>[^-]+\.[A-Za-z0-9_]+)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    static partial Regex RpmSuffix { get; }

    [GeneratedRegex(
        @"\A(?<version>.+?)\.(?<platform>(linux|macosx|win|freebsd|cygwin|solaris|sunos|darwin)[0-9.]*[-_].+|win32)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    static partial Regex DumbSuffix { get; }
}
