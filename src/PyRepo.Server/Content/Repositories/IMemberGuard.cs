using System.Collections.Immutable;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Repositories;

/// <summary>
/// Decides whether a caller may read a project of a member, before the member asks its upstream for the caller.
/// </summary>
public interface IMemberGuard
{
    /// <summary>Rejects the request of a caller who may not read a project of all these members.</summary>
    /// <param name="members">The names of members, and of the groups around them.</param>
    /// <param name="project">The project.</param>
    ValueTask RequireAsync(ImmutableArray<string> members, ProjectName project);

    /// <summary>
    /// Returns whether the caller may read a project of all these members, or any of their projects if it is null.
    /// </summary>
    ValueTask<bool> AllowsAsync(ImmutableArray<string> members, ProjectName? project);
}
