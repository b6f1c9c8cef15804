using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Tests.Endpoints.IndexApi;

/// <summary>A repository on another server, whose files may break off.</summary>
sealed class BreakingRepository(IRepository inner) : IRepository
{
    public bool IsBroken { get; set; }

    public ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken) =>
        inner.ListProjectsAsync(cancellationToken);

    public ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        inner.GetProjectAsync(project, asOf, cancellationToken);

    public ValueTask<SnapshotVersion> FindAsync(ProjectName project, CancellationToken cancellationToken) =>
        inner.FindAsync(project, cancellationToken);

    public async ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken)
    {
        var answer = await inner.OpenAsync(request, cancellationToken);
        return IsBroken && answer is OpenAnswer.Found { Content: var content }
            ? new OpenAnswer.Found(new BrokenContent
            {
                Length = content.Length,
                ETag = content.ETag,
                LastModified = content.LastModified,
            })
            : answer;
    }

    sealed class BrokenContent : FileContent
    {
        public override ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken) =>
            throw new BrokenOffException("The member is gone.");

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
