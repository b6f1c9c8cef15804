using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>
/// Replaces a repository that is declared but not served. It returns Unavailable, never "no such project", because
/// clients would then look for the name in another index.
/// </summary>
sealed class UnavailableRepository(DateTimeOffset since) : IRepository
{
    static readonly TimeSpan _retryAfter = TimeSpan.FromMinutes(1);

    public ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken) =>
        new(new ProjectListAnswer.Unavailable(since, _retryAfter));

    public ValueTask<Catalog> GetCatalogAsync(CancellationToken cancellationToken) =>
        new(Catalog.Empty with { Incomplete = "The repository is not available." });

    public ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        new(new ProjectAnswer.Unavailable(since, _retryAfter));

    public ValueTask<SnapshotVersion> FindAsync(ProjectName project, CancellationToken cancellationToken) =>
        new(SnapshotVersion.From(new ProjectAnswer.Unavailable(since, _retryAfter)));

    public ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken) =>
        new(new OpenAnswer.Unavailable(since, _retryAfter));
}
