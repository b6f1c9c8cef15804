using System.Text.Json.Serialization;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Statistics;

/// <summary>How often a release was downloaded by one kind of client, as a file of statistics has it.</summary>
/// <param name="Project">The project.</param>
/// <param name="Version">The version, or null.</param>
/// <param name="Installer">The installer.</param>
/// <param name="Python">The minor version of Python, or null.</param>
/// <param name="Downloads">The number of downloads.</param>
sealed record DownloadRow(
    [property: JsonRequired] string Project,
    string? Version,
    [property: JsonRequired] string Installer,
    string? Python,
    [property: JsonRequired] long Downloads)
{
    /// <summary>Returns the row of a count.</summary>
    public static DownloadRow From(DownloadKey key, long downloads) =>
        new(key.Project, key.Version, key.Installer, key.Python, downloads);

    /// <summary>Returns the key that the downloads are counted by.</summary>
    public DownloadKey ToKey() => new(Project, Version, Installer, Python);
}

/// <summary>The key that the downloads of a day are counted by.</summary>
/// <param name="Project">The normalized name of the project. Empty for the rest of a day with too many rows.</param>
/// <param name="Version">The version in its normal form, or null if it is not counted.</param>
/// <param name="Installer">One of <see cref="Installers"/>.</param>
/// <param name="Python">The minor version of Python, or null if it is not known.</param>
readonly record struct DownloadKey(string Project, string? Version, string Installer, string? Python)
{
    /// <summary>The key to count by if there are too many projects in a day.</summary>
    public static DownloadKey Rest { get; } = new("", null, Installers.Other, null);

    /// <summary>Returns what is counted if there are too many rows in a day.</summary>
    public DownloadKey OfProject() => new(Project, null, Installers.Other, null);

    /// <summary>Gets the project. Returns false for the rest.</summary>
    public bool TryGetProject(out ProjectName project) => ProjectName.TryParse(Project, out project);
}
