using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Advisories;

/// <summary>The known vulnerabilities of a repository's projects.</summary>
interface IAdvisoryIndex
{
    /// <summary>The parameter with which the server of a group asks a member for documents by an alias.</summary>
    const string AliasedParameter = "aliased";

    /// <summary>Finds advisories.</summary>
    /// <param name="queries">The queries. The caller may read their projects in this repository.</param>
    /// <param name="guard">Decides about the members of a group.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>
    /// The advisories for each query, in ordinal order of their ids; null if the repository has no source of them.
    /// </returns>
    /// <exception cref="RejectedException">503: they are not known now.</exception>
    ValueTask<ImmutableArray<ImmutableArray<FoundAdvisory>>?> FindAsync(
        ImmutableArray<AdvisoryQuery> queries, IMemberGuard guard, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the document of an advisory, or returns null if there is none. It may tell of projects that the caller may
    /// not read: see <see cref="AdvisoryContent.ForAsync"/>.
    /// </summary>
    /// <param name="id">The id of the advisory.</param>
    /// <param name="guard">Decides about the members of a group.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RejectedException">503: they are not known now.</exception>
    ValueTask<AdvisoryContent?> ReadAsync(string id, IMemberGuard guard, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the documents of the advisories that have an alias, such as the id of a CVE. They may tell of projects that
    /// the caller may not read, too.
    /// </summary>
    /// <param name="alias">The alias.</param>
    /// <param name="guard">Decides about the members of a group.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RejectedException">503: they are not known now; 400: there are too many.</exception>
    ValueTask<ImmutableArray<AdvisoryContent>> ReadAliasedAsync(
        string alias, IMemberGuard guard, CancellationToken cancellationToken);

    /// <summary>Creates the rejection while the advisories are not known.</summary>
    /// <param name="message">The problem, in one or two sentences.</param>
    static RejectedException Unavailable(string message) =>
        new(RejectionReason.Unavailable, message) { RetryAfter = TimeSpan.FromSeconds(5) };
}

/// <summary>A question for advisories.</summary>
/// <param name="Project">The project.</param>
/// <param name="Version">The version as it is written, or null for all versions.</param>
readonly record struct AdvisoryQuery(ProjectName Project, string? Version);

/// <summary>An advisory that was found.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Modified">When it last changed, if the database says so.</param>
readonly record struct FoundAdvisory(string Id, DateTimeOffset? Modified)
{
    /// <summary>
    /// The member of a group that has it, and the guard of what is asked of it. Another member may have another
    /// document with this id. Null if there are no members.
    /// </summary>
    public (IAdvisoryIndex Index, IMemberGuard Guard)? Member { get; init; }
}
