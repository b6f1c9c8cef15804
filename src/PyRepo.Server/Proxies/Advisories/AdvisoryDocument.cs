using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Proxied;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>What one document of a database says.</summary>
/// <param name="Id">The id of the vulnerability.</param>
/// <param name="Aliases">Its ids elsewhere.</param>
/// <param name="Severity">Its rating, or null if it has none.</param>
/// <param name="Modified">When it last changed, if it says so.</param>
/// <param name="IsWithdrawn">Whether it no longer holds.</param>
/// <param name="Advisories">An advisory for each project that it affects; none if those are of other ecosystems.
/// </param>
sealed record AdvisoryDocument(
    string Id, ImmutableArray<string> Aliases, Severity? Severity, DateTimeOffset? Modified, bool IsWithdrawn,
    ImmutableArray<(ProjectName Project, Advisory Advisory)> Advisories);
