using PyRepo.Packaging.Names;
using PyRepo.Resources.Access;

namespace PyRepo.Server.Access;

/// <summary>Who may do what in one repository: its grants, and nothing else.</summary>
sealed class AccessPolicy(IReadOnlyList<Grant> grants)
{
    /// <summary>Anyone reads, and whoever has a password here is Maintainer: what a resource without grants means.</summary>
    public static AccessPolicy Default { get; } = new(
    [
        new Grant { To = [new Subject { Anyone = new() }], Role = Role.Reader },
        new Grant { To = [new Subject { Authenticated = new() }], Role = Role.Maintainer },
    ]);

    /// <summary>Everybody may do everything: what a group without access of its own means, whose members decide.</summary>
    public static AccessPolicy LeftToMembers { get; } = new(
        [new Grant { To = [new Subject { Anyone = new() }], Role = Role.Maintainer }]);

    /// <summary>The one decision on access.</summary>
    /// <param name="action">What for.</param>
    /// <param name="project">The project concerned; null asks whether there is any for which it is allowed.</param>
    /// <param name="answered">
    /// Every repository that answered for it, and who asks as that repository knows them: all of them must allow.
    /// </param>
    public static AccessDecision Decide(
        AccessAction action, ProjectName? project, params ReadOnlySpan<(AccessPolicy Policy, Caller Caller)> answered)
    {
        var isKnown = false;
        var isAllowed = true;
        foreach (var (policy, caller) in answered)
        {
            isKnown |= caller.User is not null;
            isAllowed &= policy.Allows(caller, action, project);
        }
        return isAllowed ? AccessDecision.Allowed
            : isKnown ? AccessDecision.Forbidden
            : AccessDecision.Unauthenticated;
    }

    /// <summary>Whether anybody at all may read a project (null: every one), so that shared caches may keep it.</summary>
    public bool IsPublic(ProjectName? project) => project is null
        ? grants.Any(g => g.Projects is null && g.To.Any(to => to.Anyone is not null))
        : Allows(Caller.Anonymous, AccessAction.Read, project);

    bool Allows(Caller caller, AccessAction action, ProjectName? project)
    {
        foreach (var grant in grants)
        {
            if (Allows(grant.Role, action) && Concerns(grant, project) && IsFor(grant, caller))
                return true;
        }
        return false;
    }

    static bool Allows(Role role, AccessAction action) => action switch
    {
        AccessAction.Read => true,
        AccessAction.Upload => role is Role.Publisher or Role.Maintainer,
        _ => role is Role.Maintainer,
    };

    static bool Concerns(Grant grant, ProjectName? project)
    {
        if (project is not { } name || grant.Projects is not { } patterns)
            return true;
        foreach (var pattern in patterns)
        {
            if (ProjectPattern.Matches(pattern, name))
                return true;
        }
        return false;
    }

    static bool IsFor(Grant grant, Caller caller)
    {
        foreach (var to in grant.To)
        {
            if (to.Anyone is not null
                || (caller.User is { } user
                    && (to.Authenticated is not null || to.User == user || (to.Group is { } group && caller.Groups.Contains(group)))))
            {
                return true;
            }
        }
        return false;
    }
}
