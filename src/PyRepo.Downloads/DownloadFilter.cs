using PyRepo.Packaging.Versions;

namespace PyRepo.Downloads;

/// <summary>Which downloads of a project are asked for.</summary>
/// <param name="Since">The time from which on downloads count.</param>
sealed record DownloadFilter(DateTimeOffset Since)
{
    /// <summary>The only version, or null for all.</summary>
    public string? Version { get; init; }

    /// <summary>The only file's SHA-256 in lowercase hexadecimal, or null for all.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Returns the filter as parameters of a URL.</summary>
    public string ToParameters() =>
        $"since={Uri.EscapeDataString(DownloadLine.GetTime(Since))}"
        + (Version is null ? "" : $"&version={Uri.EscapeDataString(Version)}")
        + (Sha256 is null ? "" : $"&sha256={Sha256}");

    /// <summary>
    /// Whether a version is meant: also a local build of it, as pip takes it. What has no known version may be it.
    /// </summary>
    public bool IsForVersion(string? version)
    {
        if (Version is null || version is null || version == Version)
            return true;
        if (!PythonVersion.TryParse(version, out var parsed) || !PythonVersion.TryParse(Version, out var wanted))
            return false;
        var found = wanted.Local is null && PythonVersion.TryParse(parsed.Public, out var whole) ? whole : parsed;
        return found.Canonical == wanted.Canonical;
    }

    /// <summary>Whether a file is meant. One whose SHA-256 is not known may be it.</summary>
    public bool IsForFile(string? sha256) => Sha256 is null || sha256 is null || sha256 == Sha256;
}
