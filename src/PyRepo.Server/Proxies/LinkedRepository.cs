using System.Runtime.CompilerServices;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies;

/// <summary>A proxy, whose pages link to files below its own paths or below upstream's.</summary>
sealed class LinkedRepository(IRepository inner) : IRepository
{
    /// <summary>The snapshots that link to upstream's paths, by those that do not. They go with them.</summary>
    readonly ConditionalWeakTable<ProjectSnapshot, ProjectSnapshot> _linked = [];
    volatile FileUrls _fileUrls;

    /// <summary>The paths to link to. The resource may change them at any time.</summary>
    public FileUrls FileUrls
    {
        get => _fileUrls;
        set => _fileUrls = value;
    }

    /// <inheritdoc/>
    public ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken) =>
        inner.ListProjectsAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Catalog> GetCatalogAsync(CancellationToken cancellationToken) =>
        inner.GetCatalogAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        var fileUrls = _fileUrls;
        return Link(await inner.GetProjectAsync(project, asOf, cancellationToken), fileUrls);
    }

    /// <inheritdoc/>
    public async ValueTask<SnapshotVersion> FindAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var fileUrls = _fileUrls;
        var found = await inner.FindAsync(project, cancellationToken);
        if (found.Answer is { } answer)
            return SnapshotVersion.From(Link(answer, fileUrls));
        // The links of the content are to be replaced, too.
        return found with
        {
            Value = found.Value is { } version ? GetVersion(version, fileUrls) : null,
            Source = new CurrentSnapshot(this, project),
        };
    }

    /// <inheritdoc/>
    public ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken) =>
        inner.OpenAsync(request, cancellationToken);

    ProjectAnswer Link(ProjectAnswer answer, FileUrls fileUrls) =>
        fileUrls is FileUrls.Upstream && answer is ProjectAnswer.Known known
            ? known with { Snapshot = _linked.GetValue(known.Snapshot, LinkToUpstream) }
            : answer;

    static ProjectSnapshot LinkToUpstream(ProjectSnapshot snapshot) => snapshot with
    {
        Version = GetVersion(snapshot.Version, FileUrls.Upstream),
        Files = SnapshotFileCollection.Lazily(() => snapshot.Files.Select(file => file with
        {
            Distribution = file.Distribution with { IsLinkedAtUpstream = true },
        })),
    };

    static string GetVersion(string version, FileUrls fileUrls) =>
        fileUrls is FileUrls.Upstream ? $"{version}~files" : version;
}
