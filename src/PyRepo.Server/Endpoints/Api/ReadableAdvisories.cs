using System.Collections.Immutable;
using PyRepo.Server.Content.Advisories;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>The advisories that the caller of one request may see: those of the projects that it may read.</summary>
sealed class ReadableAdvisories
{
    readonly RepositoryRequest _request;
    readonly IAdvisoryIndex _index;
    readonly ReadGuard _guard;

    ReadableAdvisories(RepositoryRequest request, IAdvisoryIndex index) =>
        (_request, _index, _guard) = (request, index, new ReadGuard(request));

    /// <summary>Returns those of the requested repository.</summary>
    /// <exception cref="RejectedException">404: it has none.</exception>
    public static ReadableAdvisories Of(RepositoryRequest request) =>
        request.Repository.Advisories is { } index ? new(request, index) : throw None(request);

    /// <summary>Finds the advisories for several queries.</summary>
    public async Task<IReadOnlyList<ImmutableArray<FoundAdvisory>>> FindAsync(ImmutableArray<AdvisoryQuery> queries)
    {
        var allowed = new List<int>(queries.Length);
        for (var i = 0; i < queries.Length; i++)
        {
            if (await _guard.AllowsAsync([], queries[i].Project))
                allowed.Add(i);
        }
        // Who asks the same often costs no more than who asks once.
        var distinct = allowed.Select(i => queries[i]).Distinct().ToImmutableArray();
        var answers = await _index.FindAsync(distinct, _guard, _request.Aborted) ?? throw None(_request);
        var byQuery = distinct.Zip(answers).ToDictionary(pair => pair.First, pair => pair.Second);
        var found = new ImmutableArray<FoundAdvisory>[queries.Length];
        Array.Fill(found, []);
        foreach (var i in allowed)
            found[i] = byQuery[queries[i]];
        return found;
    }

    /// <summary>
    /// Reads what the document of an advisory says of projects that the caller may read; null if there is nothing.
    /// </summary>
    public async Task<AdvisoryContent?> ReadAsync(FoundAdvisory found)
    {
        var (index, guard) = found.Member ?? (_index, _guard);
        var content = await index.ReadAsync(found.Id, guard, _request.Aborted);
        if (content is not null && found.Member is not null)
            content = await content.ForAsync(guard);
        return content is null ? null : await content.ForAsync(_guard);
    }

    /// <summary>
    /// Reads what the documents with an alias say of projects that the caller may read.
    /// </summary>
    public async Task<IReadOnlyList<AdvisoryContent>> ReadAliasedAsync(string alias)
    {
        var readable = new List<AdvisoryContent>();
        foreach (var content in await _index.ReadAliasedAsync(alias, _guard, _request.Aborted))
        {
            if (await content.ForAsync(_guard) is { } allowed)
                readable.Add(allowed);
        }
        return readable;
    }

    /// <summary>
    /// Asks an anonymous caller for credentials, unless anyone may read everything. Ids follow each other: who is not
    /// asked for them could count what is known of a project that only some may read.
    /// </summary>
    /// <exception cref="RejectedException">401.</exception>
    public void RequireCredentialsUnlessPublic()
    {
        if (_request.IsPublic(null, _request.Repository.Members.Keys) || _request.FindCredentials() is not null)
            return;
        throw RequestAccess.Unauthenticated(_request.Repository);
    }

    /// <summary>
    /// Asks an anonymous caller for credentials if something was left out. An audit must not miss anything because a
    /// client sends credentials only when it is asked for them.
    /// </summary>
    /// <exception cref="RejectedException">401.</exception>
    public void RequireCredentialsIfDenied() => _guard.RequireCredentialsIfDenied();

    static RejectedException None(RepositoryRequest request) => new(
        RejectionReason.NotFound,
        $"'{request.Repository.Name}' has no advisories: its resource names no source of them.");
}
