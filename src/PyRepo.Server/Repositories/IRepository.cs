using PyRepo.Packaging.Names;

namespace PyRepo.Server.Repositories;

/// <summary>Everything that serves packages: it lists projects, shows one, and opens one file.</summary>
/// <remarks>Who asks plays no part in what is found; access is decided afterwards, at the edge.</remarks>
public interface IRepository
{
    /// <summary>The names of all projects.</summary>
    ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken);

    /// <summary>What is in a project, now or as it was on a date.</summary>
    ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken);

    /// <summary>Opens a file. It opens nothing that the project's page does not show.</summary>
    ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken);
}
