using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Repositories;

/// <summary>A source of packages. It lists projects, returns the content of a project, and opens files.</summary>
/// <remarks>
/// Results do not depend on the caller, but for those of <see cref="GuardedBy"/>. Whoever serves them checks access: before
/// asking, and for a group once it is known which members answered.
/// </remarks>
public interface IRepository
{
    /// <summary>Lists the names of all projects.</summary>
    ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken);

    /// <summary>Returns the projects as people browse them.</summary>
    ValueTask<Catalog> GetCatalogAsync(CancellationToken cancellationToken) => new(Catalog.Empty);

    /// <summary>Returns the content of a project, either current or as of a date.</summary>
    ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken);

    /// <summary>
    /// Returns a project with the verdicts on the files of one version, and on their attestations. The content of a
    /// member on another server has no verdicts otherwise, and here none of its other files. A hosted repository
    /// verifies attestations only for this.
    /// </summary>
    ValueTask<ProjectAnswer> ExplainAsync(
        ProjectName project, string version, CancellationToken cancellationToken) =>
        GetProjectAsync(project, null, cancellationToken);

    /// <summary>
    /// Changes when <see cref="ExplainAsync"/> verifies attestations in another way, such as with another trusted root,
    /// which changes no snapshot's version. Empty for the root that the program brings, and if verdicts are parts of
    /// snapshots.
    /// </summary>
    string VerdictsVersion => "";

    /// <summary>
    /// Finds the version of a project's current content, and the way to it. The content is read only if its version is
    /// not known without.
    /// </summary>
    ValueTask<SnapshotVersion> FindAsync(ProjectName project, CancellationToken cancellationToken);

    /// <summary>
    /// Whether it has files of a project that were uploaded to it, as far as is known without asking anybody.
    /// </summary>
    bool IsKnownToHave(ProjectName project) => false;

    /// <summary>
    /// Returns this repository for one caller: it asks a guard before it asks a proxy among its members, rejects what
    /// the guard rejects, and lists only what the caller can get.
    /// </summary>
    IRepository GuardedBy(IMemberGuard guard) => this;

    /// <summary>Opens a file. Only files on the project's page can be opened.</summary>
    ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken);
}
