using System.Collections.Immutable;
using PyRepo.Packaging.Attestations;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>
/// The caller, as the repository knows it and, for a group, as each of its members knows it. The user alice in a
/// member's grant is the alice of the Secret that this member names.
/// </summary>
sealed class RequestAccess(RepositoryRegistration repository, Caller own, ImmutableDictionary<string, Caller> asMember)
{
    /// <summary>Returns a caller of whom nothing is known.</summary>
    public static RequestAccess Anonymous(RepositoryRegistration repository) =>
        new(repository, Caller.Anonymous, ImmutableDictionary<string, Caller>.Empty);

    /// <summary>Returns the rejection of a caller of whom nothing is known.</summary>
    public static RejectedException Unauthenticated(RepositoryRegistration repository) => new(
        RejectionReason.Unauthenticated, $"'{repository.Name}' requires a user name and a password.");

    /// <summary>The caller's name for records and logs.</summary>
    public string User => UserName ?? "anonymous";

    /// <summary>The caller's name, or null if there is none.</summary>
    public string? UserName => own.Name
        ?? asMember.Values.Select(caller => caller.Name).FirstOrDefault(name => name is not null);

    /// <summary>The uploader, as provenance names it.</summary>
    public Publisher Publisher => TrustedPublisher.From(
        own is Caller.Identity ? own : asMember.Values.FirstOrDefault(caller => caller is Caller.Identity, own), User);

    /// <summary>The caller, as the requested repository knows it.</summary>
    public Caller Caller => own;

    /// <summary>Whether the caller may read some project: of a group, one of a member.</summary>
    public bool MayReadSome => repository.Members.Count == 0
        ? Decide(AccessAction.Read, null, []).IsAllowed
        : repository.Members.Values.Any(MayReadAny);

    /// <summary>Whether the caller may read some project of each member, and so know how the members are.</summary>
    public bool MayReadSomeOfAll => repository.Members.Values.All(MayReadAny);

    /// <summary>
    /// Whether the caller may read some project of a member, through all groups around it. Who may not is not to learn
    /// of the member.
    /// </summary>
    public bool MayReadAny(RepositoryRegistration member) => member.Members.Count == 0
        ? Decide(AccessAction.Read, null, repository.PathTo(member)).IsAllowed
        : member.Members.Values.Any(MayReadAny);

    /// <summary>
    /// Decides whether the caller may perform an action, considering every repository that contributed to the answer.
    /// </summary>
    public AccessDecision Decide(AccessAction action, ProjectName? project, ImmutableArray<string> answeredBy)
    {
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
    /// <returns>The grant that allows it, such as <c>spec.access.grants[1]</c>.</returns>
    /// <exception cref="RejectedException">401 for anonymous callers, 403 for others.</exception>
    public string Require(AccessAction action, ProjectName? project, ImmutableArray<string> answeredBy)
    {
        var decision = Decide(action, project, answeredBy);
        switch (decision.Outcome)
        {
            case AccessOutcome.Unauthenticated:
                throw Unauthenticated(repository);
            case AccessOutcome.Forbidden:
                throw new RejectedException(RejectionReason.Forbidden, project is null
                    ? $"'{User}' may not do this in '{repository.Name}'."
                    : $"'{User}' may not do this with '{project}' in '{repository.Name}'.");
        }
        return decision.Grant!;
    }
}
