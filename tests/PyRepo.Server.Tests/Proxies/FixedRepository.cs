using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Tests.Proxies;

/// <summary>
/// A repository with one project, whose version it knows without the content. It opens nothing, and rejects what it is
/// told to reject.
/// </summary>
sealed class FixedRepository(ProjectSnapshot project) : IRepository
{
    public ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken) =>
        new(new ProjectListAnswer.Known([project.Project], "1"));

    public ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName name, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        new(new ProjectAnswer.Known(project));

    public ValueTask<SnapshotVersion> FindAsync(ProjectName name, CancellationToken cancellationToken) =>
        new(new SnapshotVersion(project.Version, new CurrentSnapshot(this, name)));

    public ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken) =>
        new(request.Reject?.Invoke(project.FindVisible(request.FileName)!) is { } rejection
            ? rejection
            : throw new InvalidOperationException("The file must not be opened."));
}
