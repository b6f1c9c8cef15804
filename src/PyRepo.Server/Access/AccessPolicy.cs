using PyRepo.Packaging.Names;
using PyRepo.Resources.Access;

namespace PyRepo.Server.Access;

/// <summary>Defines who may do what in one repository. The repository's grants are the only input.</summary>
sealed class AccessPolicy(IReadOnlyList<Grant> grants)
{
    /// <summary>
    /// The policy of a resource without grants: anyone may read, and every user with a password is a Maintainer.
    /// </summary>
    public static AccessPolicy Default { get; } = new(
    [
        new Grant { To = [new Subject { Anyone = new() }], Role = Role.Reader },
        new Grant { To = [new Subject { Authenticated = new() }], Role = Role.Maintainer },
    ]);

    /// <summary>
    /// The policy of a group without its own access settings: the group allows everything, and its members decide.
    /// </summary>
    public static AccessPolicy LeftToMembers { get; } = new(
        [new Grant { To = [new Subject { Anyone = new() }], Role = Role.Maintainer }]);

    /// <summary>Decides on access by grants. No other code does this.</summary>
    /// <param name="action">The requested action.</param>
    /// <param name="project">The project, or null to decide whether the action is allowed for any project.</param>
    /// <param name="answered">
    /// The policy of every repository that contributed to the answer, with the caller as that repository knows it. All
    /// of them must allow the action.
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

    /// <summary>
    /// Returns whether anyone may read a project, or every project if it is null. If so, shared caches may store the
    /// response.
    /// </summary>
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
                    && (to.Authenticated is not null || to.User == user
                        || (to.Group is { } group && caller.Groups.Contains(group)))))
            {
                return true;
            }
        }
        return false;
    }
}
