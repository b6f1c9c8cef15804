using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>Decides for the caller which members of a group may be asked.</summary>
/// <param name="Guard">Decides for the caller, or null if anyone may read what is asked for.</param>
/// <param name="Path">The names of the groups from the outermost one to this one, without the outermost.</param>
/// <param name="Precedence">Tells which members are not asked, so that the caller needs no permission.</param>
sealed record GuardedMembers(IMemberGuard? Guard, ImmutableArray<string> Path, Precedence Precedence)
{
    /// <summary>Rejects the request if the caller may not read a project of the proxies among some members.</summary>
    public async ValueTask RequireAsync(ImmutableArray<Member> members, ProjectName project)
    {
        foreach (var member in members)
            await RequireAsync(member, project);
    }

    /// <summary>Rejects the request if the caller may not read a project of a member that is a proxy.</summary>
    public ValueTask RequireAsync(Member member, ProjectName project) =>
        Guard is not null && member.IsProxy && Precedence.MayProvide(member, project)
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
        Guard is null || !member.IsProxy || !Precedence.MayProvide(member, project)
        || await Guard.AllowsAsync(Path.Add(member.Name), project);
}
