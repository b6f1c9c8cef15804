using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Advisories;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>The advisories that the caller of one request may see: those of the projects that it may read.</summary>
sealed class ReadableAdvisories : IMemberGuard
{
    readonly RepositoryRequest _request;
    readonly IAdvisoryIndex _index;
    RequestAccess? _access;
    (ProjectName? Project, ImmutableArray<string> Members)? _denied;

    ReadableAdvisories(RepositoryRequest request, IAdvisoryIndex index) => (_request, _index) = (request, index);

    /// <summary>Returns those of the requested repository.</summary>
    /// <exception cref="RejectedException">404: it has none.</exception>
    public static ReadableAdvisories Of(RepositoryRequest request) =>
        request.Repository.Advisories is { } index
            ? new(request, index)
            : throw new RejectedException(
                RejectionReason.NotFound,
                $"'{request.Repository.Name}' has no advisories: its resource names no source of them.");

    /// <summary>Finds the advisories for several queries.</summary>
    public async Task<IReadOnlyList<ImmutableArray<FoundAdvisory>>> FindAsync(ImmutableArray<AdvisoryQuery> queries)
    {
        var allowed = new List<int>(queries.Length);
        for (var i = 0; i < queries.Length; i++)
        {
            if (await AllowsAsync([], queries[i].Project))
                allowed.Add(i);
        }
        var found = new ImmutableArray<FoundAdvisory>[queries.Length];
        Array.Fill(found, []);
        var answers = await _index.FindAsync([.. allowed.Select(i => queries[i])], this, _request.Aborted);
        foreach (var (i, answer) in allowed.Zip(answers))
            found[i] = answer;
        return found;
    }

    /// <summary>Reads the document of an advisory about a project that the caller may read; null if there is none.
    /// </summary>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(string id)
    {
        if (await _index.ReadAsync(id, this, _request.Aborted) is not { } content)
            return null;
        foreach (var project in content.Projects)
        {
            if (await AllowsAsync([], project))
                return content.Json;
        }
        return null;
    }

    /// <summary>
    /// Asks an anonymous caller for credentials if something was left out. An audit must not miss anything because a
    /// client sends credentials only when it is asked for them.
    /// </summary>
    /// <exception cref="RejectedException">401.</exception>
    public void RequireCredentials()
    {
        if (_denied is var (project, members)
            && _access!.Decide(AccessAction.Read, project, members).Outcome is AccessOutcome.Unauthenticated)
        {
            _access.Require(AccessAction.Read, project, members);
        }
    }

    /// <inheritdoc/>
    public async ValueTask RequireAsync(ImmutableArray<string> members, ProjectName project)
    {
        if (!await AllowsAsync(members, project))
            _access!.Require(AccessAction.Read, project, members);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> AllowsAsync(ImmutableArray<string> members, ProjectName? project)
    {
        if (_request.IsPublic(project, members))
            return true;
        _access ??= await _request.IdentifyAsync();
        if (_access.Decide(AccessAction.Read, project, members).IsAllowed)
            return true;
        _denied ??= (project, members);
        return false;
    }
}
