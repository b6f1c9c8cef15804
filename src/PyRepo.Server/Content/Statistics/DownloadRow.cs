using System.Text.Json.Serialization;

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
    public static DownloadRow Of(DownloadKey key, long downloads) =>
        new(key.Project, key.Version, key.Installer, key.Python, downloads);

    /// <summary>What the downloads are counted by.</summary>
    public DownloadKey ToKey() => new(Project, Version, Installer, Python);
}
