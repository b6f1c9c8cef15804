using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Statistics;

/// <summary>
/// The downloads of a repository: counted here, or by the server of a group's member, which answers for them.
/// </summary>
interface IDownloadStatistics
{
    /// <summary>Why they cannot be read now, or null.</summary>
    string? Unavailable { get; }

    /// <summary>Counts a download, unless the other server does.</summary>
    /// <param name="project">The project.</param>
    /// <param name="fileName">The name of the file. There must be such a file.</param>
    /// <param name="userAgent">The client's description of itself, which may be anything.</param>
    void Count(ProjectName project, string fileName, string userAgent);

    /// <summary>Adds the downloads that reports ask for.</summary>
    /// <param name="reports">The reports, about the same days and the same project.</param>
    /// <param name="mayRead">Whether the caller may read a project; null stands for all projects.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>Whether all of them are in the reports. Otherwise some may be.</returns>
    /// <exception cref="RejectedException">That makes too many rows.</exception>
    /// <exception cref="IOException">The store cannot be read.</exception>
    Task<bool> AddToAsync(
        ImmutableArray<StatisticsReport> reports, Func<ProjectName?, bool> mayRead,
        CancellationToken cancellationToken);
}
