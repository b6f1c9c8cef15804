using System.Collections.Immutable;
using PyRepo.Server.Content.Advisories;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>
/// The advisories of a repository that is not served, or whose server cannot be asked. A group must not answer without
/// them.
/// </summary>
/// <param name="repository">The name of the repository.</param>
sealed class UnavailableAdvisories(string repository) : IAdvisoryIndex
{
    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ImmutableArray<FoundAdvisory>>?> FindAsync(
        ImmutableArray<AdvisoryQuery> queries, IMemberGuard guard, CancellationToken cancellationToken) =>
        throw Unavailable();

    /// <inheritdoc/>
    public ValueTask<AdvisoryContent?> ReadAsync(
        string id, IMemberGuard guard, CancellationToken cancellationToken) => throw Unavailable();

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<AdvisoryContent>> ReadAliasedAsync(
        string alias, IMemberGuard guard, CancellationToken cancellationToken) => throw Unavailable();

    RejectedException Unavailable() => IAdvisoryIndex.Unavailable(
        $"The advisories of '{repository}' are not known: it is not served, or this server cannot ask it yet.");
}
