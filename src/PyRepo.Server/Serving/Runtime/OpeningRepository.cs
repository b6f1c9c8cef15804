using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>Returns Unavailable until a repository is open.</summary>
sealed class OpeningRepository(IRepository repository, Func<bool> isOpen, TimeProvider clock) : IRepository
{
    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(2);
    readonly DateTimeOffset _since = clock.GetUtcNow();

    public ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken) => isOpen()
        ? repository.ListProjectsAsync(cancellationToken)
        : new(new ProjectListAnswer.Unavailable(_since, _retryAfter));

    public ValueTask<Catalog> GetCatalogAsync(CancellationToken cancellationToken) => isOpen()
        ? repository.GetCatalogAsync(cancellationToken)
        : new(Catalog.Empty with { Incomplete = "The repository is still opening." });

    public ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken) => isOpen()
        ? repository.GetProjectAsync(project, asOf, cancellationToken)
        : new(new ProjectAnswer.Unavailable(_since, _retryAfter));

    public ValueTask<SnapshotVersion> FindAsync(ProjectName project, CancellationToken cancellationToken) => isOpen()
        ? repository.FindAsync(project, cancellationToken)
        : new(SnapshotVersion.Of(new ProjectAnswer.Unavailable(_since, _retryAfter)));

    public ValueTask<ProjectAnswer> LoadAsync(
        ProjectName project, SnapshotVersion found, CancellationToken cancellationToken) =>
        repository.LoadAsync(project, found, cancellationToken);

    public ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken) => isOpen()
        ? repository.OpenAsync(request, cancellationToken)
        : new(new OpenAnswer.Unavailable(_since, _retryAfter));
}
