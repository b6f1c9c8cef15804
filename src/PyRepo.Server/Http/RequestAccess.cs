using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Hosting;

namespace PyRepo.Server.Http;

/// <summary>
/// Who asks, as the repository knows them and, for a group, as each of its members does: alice in a member's grant is alice
/// of the Secret which that member names.
/// </summary>
sealed class RequestAccess(RepositoryRegistration repository, Caller own, ImmutableDictionary<string, Caller> asMember)
{
    /// <summary>What a group's server decided already, where it is the one that asks.</summary>
    public MemberToken? Token { get; init; }

    /// <summary>For records and logs.</summary>
    public string User => Token is not null ? Token.User ?? "anonymous" : own.User is { Length: > 0 } user
        ? user
        : asMember.Values.Select(c => c.User).FirstOrDefault(u => u is not null) ?? "anonymous";

    /// <summary>Decides over an action, with all repositories that answered.</summary>
    public AccessDecision Decide(AccessAction action, ProjectName? project, ImmutableArray<string> answeredBy)
    {
        if (Token is not null)
        {
            return action <= Token.Action && (Token.Project is null || project is null || Token.Project == project.Value.Value)
                ? AccessDecision.Allowed
                : AccessDecision.Forbidden;
        }
        if (answeredBy.IsEmpty)
            return AccessPolicy.Decide(action, project, (repository.Access, own));
        var answered = new (AccessPolicy, Caller)[answeredBy.Length + 1];
        answered[0] = (repository.Access, own);
        for (var i = 0; i < answeredBy.Length; i++)
            answered[i + 1] = (repository.Members[answeredBy[i]].Access, asMember.GetValueOrDefault(answeredBy[i], Caller.Anonymous));
        return AccessPolicy.Decide(action, project, answered);
    }

    /// <summary>Lets the caller pass, or refuses.</summary>
    /// <exception cref="RequestRejectedException">401 for the anonymous, 403 for others.</exception>
    public void Require(AccessAction action, ProjectName? project, ImmutableArray<string> answeredBy)
    {
        switch (Decide(action, project, answeredBy))
        {
            case AccessDecision.Unauthenticated:
                throw new RequestRejectedException(401, $"'{repository.Name}' asks for a user's name and password.");
            case AccessDecision.Forbidden:
                throw new RequestRejectedException(403, project is null
                    ? $"'{User}' may not do this in '{repository.Name}'."
                    : $"'{User}' may not do this with '{project}' in '{repository.Name}'.");
        }
    }
}
