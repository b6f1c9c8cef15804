using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// Reads what a proxy has kept of its upstream's projects, however old it is. Upstream is not asked, and what is read
/// neither enters the memory nor counts as used: whoever reads many pages must not push out those that clients want.
/// </summary>
sealed class KeptPages(CachedProjects shared) : IKeptPages
{
    /// <inheritdoc/>
    public async Task<ProjectSnapshot?> FindAsync(ProjectName project, CancellationToken cancellationToken)
    {
        if (shared.Find(project)?.InMemory is { } shown)
            return shown;
        using var slot = shared.Upstream.Slots.Open();
        var kept = await CachedPage.ReadAsync(
            shared.Store, StorageLayout.UpstreamPage(project), slot, cancellationToken);
        if (kept is not { Page: not null })
            return null;
        var isOfUpstream = kept.Metadata.Upstream is not { } url || url == shared.Upstream.Source;
        return isOfUpstream ? await shared.CreateSnapshotAsync(project, kept) : null;
    }
}

/// <summary>The pages that a proxy has kept, with all their files: no policy has judged them.</summary>
interface IKeptPages
{
    /// <summary>Returns a project, or null if nothing is kept of it.</summary>
    /// <exception cref="Egress.UpstreamUnavailableException">There is no room to read a large page.</exception>
    Task<ProjectSnapshot?> FindAsync(ProjectName project, CancellationToken cancellationToken);
}
