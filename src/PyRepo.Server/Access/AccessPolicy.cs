using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Access;

namespace PyRepo.Server.Access;

/// <summary>Defines who may do what in one repository. Its grants, and those of tokens, are the only input.</summary>
/// <param name="grants">The grants.</param>
/// <param name="ns">The resource's namespace, which a grant to a ServiceAccount means if it names none.</param>
sealed class AccessPolicy(IReadOnlyList<Grant> grants, string ns = "default")
{
    const string ByGroup = "the group's decision";
    const string ByToken = "the token";

    readonly ImmutableArray<string> _names = [.. grants.Select((_, i) => $"spec.access.grants[{i}]")];

    /// <summary>
    /// The policy of a resource without grants: anyone may read, and every user with a password is a Maintainer.
    /// </summary>
    public static AccessPolicy Default { get; } = new(
    [
        new Grant { To = [new Subject { Anyone = new() }], Role = Role.Reader },
        new Grant { To = [new Subject { Authenticated = new() }], Role = Role.Maintainer },
    ])
    { IsDefault = true };

    /// <summary>
    /// The policy of a group without its own access settings: the group allows everything, and its members decide.
    /// </summary>
    public static AccessPolicy LeftToMembers { get; } = new(
    [
        new Grant { To = [new Subject { Anyone = new() }], Role = Role.Maintainer },
        new Grant { To = [new Subject { Anyone = new() }], Role = Role.Auditor },
    ])
    { IsDefault = true };

    /// <summary>The claims that grants name, of any provider.</summary>
    public IEnumerable<string> Claims =>
        grants.SelectMany(grant => grant.To).SelectMany(to => to.Identity?.Claims.Keys ?? []);

    bool IsDefault { get; init; }

    /// <summary>Returns whether a grant names an identity by its claims.</summary>
    public bool Names(Caller.Identity identity) =>
        grants.SelectMany(grant => grant.To).Any(to => to.Identity is { } named && Is(named, identity));

    /// <summary>Decides on access by grants. No other code does this.</summary>
    /// <param name="action">The requested action.</param>
    /// <param name="project">The project, or null to decide whether the action is allowed for any project.</param>
    /// <param name="answered">
    /// The policy of every repository that contributed to the answer, with the caller as that repository knows it, the
    /// requested repository first. All of them must allow the action.
    /// </param>
    public static AccessDecision Decide(
        AccessAction action, ProjectName? project, params ReadOnlySpan<(AccessPolicy Policy, Caller Caller)> answered)
    {
        var isKnown = false;
        var isAllowed = true;
        string? grant = null;
        foreach (var (policy, caller) in answered)
        {
            isKnown |= caller.IsKnown;
            var found = policy.FindGrant(caller, action, project);
            isAllowed &= found is not null;
            grant ??= found;
        }
        return isAllowed ? new AccessDecision(AccessOutcome.Allowed, grant)
            : isKnown ? AccessDecision.Forbidden
            : AccessDecision.Unauthenticated;
    }

    /// <summary>
    /// Returns whether anyone may read a project, or every project if it is null. If so, shared caches may store the
    /// response.
    /// </summary>
    public bool IsPublic(ProjectName? project) => project is null
        ? AllowsEverywhere(Caller.Anonymous, AccessAction.Read)
        : FindGrant(Caller.Anonymous, AccessAction.Read, project) is not null;

    /// <summary>Returns whether a caller may read at least one project.</summary>
    public bool MayReadSome(Caller caller) => FindGrant(caller, AccessAction.Read, null) is not null;

    /// <summary>Returns whether a caller may perform an action on all projects, by one grant.</summary>
    public bool AllowsEverywhere(Caller caller, AccessAction action) => caller switch
    {
        // Only the log is changed in that way: whether its tokens may be made, the group does not decide.
        Caller.Forwarded forwarded =>
            action is AccessAction.Audit && forwarded.Decision.Project is MemberToken.AllProjects
                && forwarded.Allows(action, null),
        Caller.Token token => token.Grant.Projects is null && Allows(token.Grant.Role, action)
            && (token.Owner is null || AllowsEverywhere(token.Owner, action)),
        _ => grants.Any(grant => grant.Projects is null && Allows(grant.Role, action) && IsFor(grant, caller)),
    };

    /// <summary>Returns what lets a caller perform an action, or null if nothing does.</summary>
    string? FindGrant(Caller caller, AccessAction action, ProjectName? project) => caller switch
    {
        Caller.Forwarded forwarded => forwarded.Allows(action, project) ? ByGroup : null,
        // What anyone may read is given without a look at the credentials, so a list must not hide it, either.
        Caller.Token when action is AccessAction.Read
            && FindOwnGrant(Caller.Anonymous, action, project) is { } anyones => anyones,
        Caller.Token token when !Allows(token.Grant.Role, action) || !Concern(token.Grant.Projects, project) => null,
        Caller.Token { Owner: null } => ByToken,
        Caller.Token { Owner: { } owner } => FindGrant(owner, action, project),
        _ => FindOwnGrant(caller, action, project),
    };

    string? FindOwnGrant(Caller caller, AccessAction action, ProjectName? project)
    {
        for (var i = 0; i < grants.Count; i++)
        {
            var grant = grants[i];
            if (Allows(grant.Role, action) && Concern(grant.Projects, project) && IsFor(grant, caller))
                return IsDefault ? "the default of spec.access" : _names[i];
        }
        return null;
    }

    static bool Allows(Role role, AccessAction action) => action switch
    {
        AccessAction.Read => role is not Role.Auditor,
        AccessAction.Upload => role is Role.Publisher or Role.Maintainer,
        AccessAction.Maintain => role is Role.Maintainer,
        AccessAction.Audit => role is Role.Auditor,
        _ => false,
    };

    static bool Concern(IReadOnlyList<string>? patterns, ProjectName? project)
    {
        if (project is not { } name || patterns is null)
            return true;
        foreach (var pattern in patterns)
        {
            if (ProjectPattern.Matches(pattern, name))
                return true;
        }
        return false;
    }

    bool IsFor(Grant grant, Caller caller)
    {
        foreach (var to in grant.To)
        {
            if (IsFor(to, caller))
                return true;
        }
        return false;
    }

    bool IsFor(Subject to, Caller caller) => to switch
    {
        { Anyone: not null } => true,
        // Without grants, only users are meant: with serviceAccounts alone, no ServiceAccount may change anything.
        { Authenticated: not null } => IsDefault ? caller is Caller.User : caller.IsAuthenticated,
        { User: { } name } => caller is Caller.User user && user.UserName == name,
        { Group: { } group } => caller is Caller.User user && user.Groups.Contains(group),
        { ServiceAccount: { } named } => caller is Caller.ServiceAccount account
            && account.Namespace == (named.Namespace ?? ns) && account.AccountName == named.Name,
        { Identity: { } named } => caller is Caller.Identity identity && Is(named, identity),
        _ => false,
    };

    /// <summary>Whether a grant's claims name an identity: all of them, exactly, and at least one.</summary>
    static bool Is(IdentitySubject named, Caller.Identity identity)
    {
        if (!identity.Providers.Contains(named.Provider) || named.Claims.Count == 0)
            return false;
        foreach (var (claim, value) in named.Claims)
        {
            if (!identity.Claims.TryGetValue(claim, out var given) || given != value)
                return false;
        }
        return true;
    }
}

/// <summary>Whether a caller may perform an action, and why.</summary>
/// <param name="Outcome">The decision.</param>
/// <param name="Grant">
/// The grant that allows it in the requested repository, such as <c>spec.access.grants[1]</c>; null if it is not
/// allowed.
/// </param>
readonly record struct AccessDecision(AccessOutcome Outcome, string? Grant)
{
    /// <summary>The caller is unknown, and must not do it.</summary>
    public static AccessDecision Unauthenticated { get; } = new(AccessOutcome.Unauthenticated, null);

    /// <summary>The caller is known, and must not do it.</summary>
    public static AccessDecision Forbidden { get; } = new(AccessOutcome.Forbidden, null);

    /// <summary>Whether the caller may do it.</summary>
    public bool IsAllowed => Outcome is AccessOutcome.Allowed;
}

/// <summary>Whether a caller may perform an action.</summary>
enum AccessOutcome
{
    Allowed,

    /// <summary>The caller is unknown: 401.</summary>
    Unauthenticated,

    /// <summary>The caller is known, but not allowed: 403.</summary>
    Forbidden,
}
