using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Grouped;
using PyRepo.Server.Access;

namespace PyRepo.Server.Groups;

/// <summary>
/// Decides which members of a group provide a project, so that nobody can inject a file into a project of the team.
/// Pages, files, lists and search ask this; nothing else decides it.
/// </summary>
/// <remarks>
/// With FirstMatch, only the first member that has a project provides it; with Merge, all that have it do. A reserved
/// name never comes from a proxy.
/// </remarks>
/// <param name="resolution">The value of <c>spec.resolution</c>.</param>
/// <param name="reserved">The patterns of <c>spec.reserved</c>.</param>
sealed class Precedence(Resolution resolution, ImmutableArray<string> reserved)
{
    /// <summary>Whether all members are asked for a project before any of them provides it.</summary>
    public bool AsksAll => resolution is Resolution.Merge;

    /// <summary>Whether a member that has a project provides it.</summary>
    /// <param name="member">The member.</param>
    /// <param name="project">The project.</param>
    /// <param name="isProvided">Whether a member before it does.</param>
    public bool Provides(Member member, ProjectName project, bool isProvided) =>
        (AsksAll || !isProvided) && MayProvide(member, project);

    /// <summary>Whether a member may provide a project at all. Otherwise it is not asked.</summary>
    public bool MayProvide(Member member, ProjectName project) => !member.IsProxy || !IsReserved(project);

    /// <summary>Whether the name of a project is reserved.</summary>
    public bool IsReserved(ProjectName project)
    {
        foreach (var pattern in reserved)
        {
            if (ProjectPattern.Matches(pattern, project))
                return true;
        }
        return false;
    }

    /// <summary>Returns the members that are asked for a project before one of them provides it.</summary>
    /// <param name="members">All members.</param>
    /// <param name="index">The index of the one that provides it.</param>
    public ImmutableArray<Member> GetAskedFirst(ImmutableArray<Member> members, int index) =>
        AsksAll ? members : members[..index];
}
