using System.Collections.Immutable;
using PyRepo.Downloads;
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

    /// <summary>Whether this is about a repository, as it is configured now.</summary>
    public bool IsOf(RepositoryRegistration other) => ReferenceEquals(repository, other);

    /// <summary>The caller's name for records and logs.</summary>
    public string User => UserName ?? "anonymous";

    /// <summary>The caller's name, or null if there is none.</summary>
    public string? UserName => Named.Name;

    /// <summary>The caller, as the requested repository, or else a member, knows its name.</summary>
    public Caller Named => asMember.Values.Prepend(own).FirstOrDefault(caller => caller.Name is not null, own);

    /// <summary>The uploader, as provenance names it.</summary>
    public Publisher Publisher => TrustedPublisher.From(
        own is Caller.Identity ? own : asMember.Values.FirstOrDefault(caller => caller is Caller.Identity, own), User);

    /// <summary>The caller, in the words of the download log.</summary>
    public DownloadCaller DownloadCaller => asMember.Values.Prepend(own).Select(DownloadCallers.From)
        .FirstOrDefault(caller => caller.Kind is not CallerKind.Anonymous, DownloadCaller.Anonymous);

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

    /// <summary>Rejects the request unless the caller may perform an action on all projects.</summary>
    /// <exception cref="RejectedException">403.</exception>
    public void RequireEverywhere(AccessAction action, ImmutableArray<string> members)
    {
        if (repository.Access.AllowsEverywhere(own, action) && members.All(member =>
            repository.Members[member].Access.AllowsEverywhere(
                asMember.GetValueOrDefault(member, Caller.Anonymous), action)))
        {
            return;
        }
        throw new RejectedException(
            RejectionReason.Forbidden, $"'{User}' may not do this with all projects of '{repository.Name}'.");
    }

    /// <summary>
    /// Whether the caller may read the download log about some project: of a group, that of a member.
    /// </summary>
    public bool MayAudit => repository.Members.Count == 0
        ? Decide(AccessAction.Audit, null, []).IsAllowed
        : repository.Members.Values.Any(member =>
            member.Members.Count == 0 && Decide(AccessAction.Audit, null, repository.PathTo(member)).IsAllowed);

    /// <summary>Rejects the request of a caller who may not read the download log about any project.</summary>
    /// <exception cref="RejectedException">401 for anonymous callers, 403 for others.</exception>
    public void RequireAudit()
    {
        if (!MayAudit)
            Require(AccessAction.Audit, null, [.. repository.Members.Keys]);
    }

    /// <summary>Whether the server of a group asks, for its caller.</summary>
    public bool IsForGroup => own is Caller.Forwarded;

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
                throw new RejectedException(RejectionReason.Forbidden, action is AccessAction.Audit
                    ? $"'{User}' may not read the download log of '{repository.Name}': that takes the role Auditor, "
                        + "given by spec.access.grants."
                    : project is null
                    ? $"'{User}' may not do this in '{repository.Name}'."
                    : $"'{User}' may not do this with '{project}' in '{repository.Name}'.");
        }
        return decision.Grant!;
    }
}
