using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;

namespace PyRepo.Server.Groups;

/// <summary>The names that never come from a proxy of a group.</summary>
/// <param name="Patterns">The patterns of <c>spec.reserved</c>.</param>
readonly record struct ReservedNames(ImmutableArray<string> Patterns)
{
    /// <summary>Whether a project has such a name.</summary>
    public bool Contains(ProjectName project)
    {
        foreach (var pattern in Patterns)
        {
            if (ProjectPattern.Matches(pattern, project))
                return true;
        }
        return false;
    }

    /// <summary>Whether a member is not asked for a project.</summary>
    public bool Exclude(Member member, ProjectName project) => member.IsProxy && Contains(project);
}
