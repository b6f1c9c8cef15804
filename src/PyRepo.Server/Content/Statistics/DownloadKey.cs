using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Statistics;

/// <summary>What downloads of a day are counted by.</summary>
/// <param name="Project">The normalized name of the project. Empty for the rest of a day with too many rows.</param>
/// <param name="Version">The version in its normal form, or null if it is not counted.</param>
/// <param name="Installer">One of <see cref="Installers"/>.</param>
/// <param name="Python">The minor version of Python, or null if it is not known.</param>
readonly record struct DownloadKey(string Project, string? Version, string Installer, string? Python)
{
    /// <summary>What is counted if there are too many projects in a day.</summary>
    public static DownloadKey Rest { get; } = new("", null, Installers.Other, null);

    /// <summary>Returns what is counted if there are too many rows in a day.</summary>
    public DownloadKey OfProject() => new(Project, null, Installers.Other, null);

    /// <summary>Gets the project. Returns false for the rest.</summary>
    public bool TryGetProject(out ProjectName project) => ProjectName.TryParse(Project, out project);
}
