using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Hosting;

namespace PyRepo.Server.Http;

/// <summary>
/// The caller, as the repository knows it and, for a group, as each of its members knows it. The user alice in a
/// member's grant is the alice of the Secret that this member names.
/// </summary>
sealed class RequestAccess(RepositoryRegistration repository, Caller own, ImmutableDictionary<string, Caller> asMember)
{
    /// <summary>The decision that a group's server has already made, if that server sends the request.</summary>
    public MemberToken? Token { get; init; }

    /// <summary>The user's name for records and logs.</summary>
    public string User => UserName ?? "anonymous";

    /// <summary>The user's name, or null for an anonymous caller.</summary>
    public string? UserName => Token is not null ? Token.User : own.User is { Length: > 0 } user
        ? user
        : asMember.Values.Select(c => c.User).FirstOrDefault(u => u is not null);

    /// <summary>
    /// Decides whether the caller may perform an action, considering every repository that contributed to the answer.
    /// </summary>
    public AccessDecision Decide(AccessAction action, ProjectName? project, ImmutableArray<string> answeredBy)
    {
        if (Token is not null)
        {
            return action <= Token.Action
                && (Token.Project is null || project is null || Token.Project == project.Value.Value)
                ? AccessDecision.Allowed
                : AccessDecision.Forbidden;
        }
        if (answeredBy.IsEmpty)
            return AccessPolicy.Decide(action, project, (repository.Access, own));
        var policies = new (AccessPolicy, Caller)[answeredBy.Length + 1];
        policies[0] = (repository.Access, own);
        for (var i = 0; i < answeredBy.Length; i++)
        {
            policies[i + 1] = (
                repository.Members[answeredBy[i]].Access, asMember.GetValueOrDefault(answeredBy[i], Caller.Anonymous));
        }
        return AccessPolicy.Decide(action, project, policies);
    }

    /// <summary>Authorizes the caller, or rejects the request.</summary>
    /// <exception cref="HttpStatusException">401 for anonymous callers, 403 for others.</exception>
    public void Require(AccessAction action, ProjectName? project, ImmutableArray<string> answeredBy)
    {
        switch (Decide(action, project, answeredBy))
        {
            case AccessDecision.Unauthenticated:
                throw new HttpStatusException(401, $"'{repository.Name}' requires a user name and a password.");
            case AccessDecision.Forbidden:
                throw new HttpStatusException(403, project is null
                    ? $"'{User}' may not do this in '{repository.Name}'."
                    : $"'{User}' may not do this with '{project}' in '{repository.Name}'.");
        }
    }
}
