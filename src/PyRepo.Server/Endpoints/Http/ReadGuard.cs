using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>
/// Decides for the caller of one request. It looks at the credentials only if not everybody may read.
/// </summary>
sealed class ReadGuard(RepositoryRequest request) : IMemberGuard
{
    RequestAccess? _access;

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
        return (await IdentifyAsync()).Decide(AccessAction.Read, project, members).IsAllowed;
    }

    async ValueTask<RequestAccess> IdentifyAsync() => _access ??= await request.IdentifyAsync();
}
