using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>Decides for the caller which members of a group may be asked.</summary>
/// <param name="Guard">Decides for the caller, or null if anyone may read what is asked for.</param>
/// <param name="Path">The names of the groups from the outermost one to this one, without the outermost.</param>
/// <param name="Reserved">The names for which a proxy is not asked, and so needs no permission.</param>
sealed record GuardedMembers(IMemberGuard? Guard, ImmutableArray<string> Path, ReservedNames Reserved)
{
    /// <summary>Rejects the request if the caller may not read a project of the proxies among some members.</summary>
    public async ValueTask RequireAsync(ImmutableArray<Member> members, ProjectName project)
    {
        foreach (var member in members)
            await RequireAsync(member, project);
    }

    /// <summary>Rejects the request if the caller may not read a project of a member that is a proxy.</summary>
    public ValueTask RequireAsync(Member member, ProjectName project) =>
        Guard is not null && member.IsProxy && !Reserved.Exclude(member, project)
            ? Guard.RequireAsync(Path.Add(member.Name), project)
            : default;

    /// <summary>
    /// Rejects the request if the caller may not read a member's part of a merge. Then the other members are not asked.
    /// </summary>
    public ValueTask RequireAnswerAsync(ImmutableArray<string> answeredBy, ProjectName project) =>
        Guard is null ? default : Guard.RequireAsync([.. Path, .. answeredBy], project);

    /// <summary>Whether a member may be asked for its list.</summary>
    public ValueTask<bool> MayListAsync(Member member) =>
        Guard is null || !member.IsProxy ? new(true) : Guard.AllowsAsync(Path.Add(member.Name), null);

    /// <summary>
    /// Returns the projects that the caller cannot get, because some of these members would have to be asked first.
    /// </summary>
    public async ValueTask<HashSet<ProjectName>> FindUnreachableAsync(
        ImmutableArray<ProjectName> projects, ImmutableArray<Member> asked)
    {
        var unreachable = new HashSet<ProjectName>();
        if (Guard is null || asked.IsEmpty)
            return unreachable;
        foreach (var project in projects)
        {
            if (!await MayAskAsync(asked, project))
                unreachable.Add(project);
        }
        return unreachable;
    }

    /// <summary>
    /// Whether all these members, and those of inner groups, may be asked about a project for the caller.
    /// </summary>
    async ValueTask<bool> MayAskAsync(ImmutableArray<Member> members, ProjectName project)
    {
        foreach (var member in members)
        {
            if (!await MayAskAsync(member, project)
                || (member.Repository is GroupRepository inner
                    && !await inner.Guarded.MayAskAsync(inner.Members, project)))
            {
                return false;
            }
        }
        return true;
    }

    async ValueTask<bool> MayAskAsync(Member member, ProjectName project) =>
        Guard is null || !member.IsProxy || Reserved.Exclude(member, project)
        || await Guard.AllowsAsync(Path.Add(member.Name), project);
}

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
