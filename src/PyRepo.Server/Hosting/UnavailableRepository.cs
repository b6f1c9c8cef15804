using PyRepo.Packaging.Names;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Hosting;

/// <summary>
/// Stands in for a repository that is declared and not served. It says Unavailable, never "no such project": clients would
/// look for the name elsewhere.
/// </summary>
sealed class UnavailableRepository(DateTimeOffset since) : IRepository
{
    static readonly TimeSpan _retryAfter = TimeSpan.FromMinutes(1);

    public ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken) =>
        new(new ProjectListAnswer.Unavailable(since, _retryAfter));

    public ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        new(new ProjectAnswer.Unavailable(since, _retryAfter));

    public ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken) =>
        new(new OpenAnswer.Unavailable(since, _retryAfter));
}
