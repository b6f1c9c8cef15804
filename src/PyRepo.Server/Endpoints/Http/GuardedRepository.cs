using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>A repository as the caller of a request may ask it for one project.</summary>
/// <param name="Request">The request.</param>
/// <param name="Project">The project.</param>
/// <param name="Repository">The repository. If it is a group, it asks no proxy that the caller may not read.</param>
/// <param name="Guard">Decides about members; null if there are none.</param>
readonly record struct GuardedRepository(
    RepositoryRequest Request, ProjectName Project, IRepository Repository, ReadGuard? Guard)
{
    /// <summary>Returns the requested repository, after it has decided on the name, before anybody is asked.</summary>
    /// <exception cref="RejectedException">401 or 403.</exception>
    public static async ValueTask<GuardedRepository> OfAsync(RepositoryRequest request, ProjectName project)
    {
        await request.RequireReadAsync(project, []);
        var repository = request.Repository.Repository;
        if (request.Repository.Members.Count == 0)
            return new(request, project, repository, null);
        var guard = new ReadGuard(request);
        return request.IsPublic(project, request.Repository.Members.Keys)
            ? new(request, project, repository, guard)
            : new(request, project, repository.GuardedBy(guard), guard);
    }

    /// <summary>Decides once it is known who answered.</summary>
    /// <returns>Whether anyone may read the answer.</returns>
    /// <exception cref="RejectedException">401 or 403.</exception>
    public ValueTask<bool> RequireReadAsync(ProjectAnswer answer) => RequireReadAsync(answer switch
    {
        ProjectAnswer.Known known => known.AnsweredBy,
        // No member shows it: none has it, or one that may have it cannot answer. Whoever may not ask all of them must
        // not learn even that: it would tell which names exist.
        _ => Request.Repository.Members.Keys,
    });

    /// <inheritdoc cref="RequireReadAsync(ProjectAnswer)"/>
    public ValueTask<bool> RequireReadAsync(SnapshotVersion found) =>
        found.Value is null ? RequireReadAsync(found.Answer!) : RequireReadAsync(found.AnsweredBy);

    async ValueTask<bool> RequireReadAsync(ImmutableArray<string> members)
    {
        if (Guard is not null)
            await Request.RequireReadAsync(Project, members);
        return Guard is not { IsPublic: false } && Request.IsPublic(Project, members);
    }
}

/// <summary>
/// Decides for the caller of one request. It looks at the credentials only if not everybody may read.
/// </summary>
sealed class ReadGuard(RepositoryRequest request) : IMemberGuard
{
    RequestAccess? _access;
    (ImmutableArray<string> Members, ProjectName? Project)? _denied;

    /// <summary>Whether anyone may read all that was asked for. If not, the answer depends on the caller.</summary>
    public bool IsPublic { get; private set; } = true;

    /// <inheritdoc/>
    public async ValueTask RequireAsync(ImmutableArray<string> members, ProjectName project)
    {
        if (!await AllowsAsync(members, project))
            (await IdentifyAsync()).Require(AccessAction.Read, project, members);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> AllowsAsync(ImmutableArray<string> members, ProjectName? project)
    {
        if (request.IsPublic(project, members))
            return true;
        IsPublic = false;
        if ((await IdentifyAsync()).Decide(AccessAction.Read, project, members).IsAllowed)
            return true;
        _denied ??= (members, project);
        return false;
    }

    /// <summary>Asks an anonymous caller for credentials if something was not allowed.</summary>
    /// <exception cref="RejectedException">401.</exception>
    public void RequireCredentialsIfDenied()
    {
        if (_denied is var (members, project)
            && _access!.Decide(AccessAction.Read, project, members).Outcome is AccessOutcome.Unauthenticated)
        {
            _access.Require(AccessAction.Read, project, members);
        }
    }

    async ValueTask<RequestAccess> IdentifyAsync() => _access ??= await request.IdentifyAsync();
}
