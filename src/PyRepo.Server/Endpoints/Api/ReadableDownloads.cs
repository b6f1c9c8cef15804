using System.Collections.Immutable;
using PyRepo.Advisories;
using PyRepo.Downloads;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>
/// The downloads that an Auditor may see, of the projects of its grants. Those of a group are in its members' logs:
/// group and member must both allow, as with everything else.
/// </summary>
sealed class ReadableDownloads
{
    readonly RepositoryRequest _request;
    readonly RequestAccess _access;
    readonly SortedSet<string> _incomplete = new(StringComparer.Ordinal);
    readonly SortedSet<string> _notLogged = new(StringComparer.Ordinal);
    bool _isWithdrawn;

    ReadableDownloads(RepositoryRequest request, RequestAccess access) => (_request, _access) = (request, access);

    /// <summary>Finds what is asked for.</summary>
    /// <exception cref="RejectedException">
    /// 401, 403, 404 if there is no such advisory, or 503.
    /// </exception>
    public static async Task<DownloadAnswer> FindAsync(RepositoryRequest request, DownloadsParameters asked)
    {
        var access = await request.AuthorizeAsync(AccessAction.Audit, asked.Project, []);
        var readable = new ReadableDownloads(request, access);
        try
        {
            return asked.Advisory is { } id
                ? await readable.FindAsync(asked, await readable.ReadAsync(id, asked.Project))
                : await readable.FindAsync(asked, [(asked.Project!.Value, static _ => true)]);
        }
        catch (IOException error)
        {
            throw new RejectedException(
                RejectionReason.Unavailable,
                $"The download log of '{request.Repository.Name}' cannot be read. {error.Message}");
        }
    }

    async Task<DownloadAnswer> FindAsync(
        DownloadsParameters asked, IReadOnlyList<(ProjectName Project, Func<string?, bool> IsAffected)> projects)
    {
        var (rows, lost, leftOut) = (new List<CallerDownloads>(), new Dictionary<string, long>(), 0L);
        foreach (var (project, isAffected) in projects)
        {
            var query = new DownloadQuery(project, asked.Filter);
            foreach (var repository in GetLogs(project))
            {
                var found = await FindAsync(repository, query);
                lost[repository.Name] = Math.Max(lost.GetValueOrDefault(repository.Name), found.Lost);
                leftOut += found.LeftOut + Add(rows, found.Rows.Where(row => isAffected(row.Version)));
            }
        }
        return new DownloadAnswer
        {
            Repository = _request.Repository.Name,
            Since = asked.Filter.Since == DateTimeOffset.MinValue ? null : asked.Filter.Since,
            Downloads = leftOut + rows.Where(row => !row.Part).Sum(row => row.Downloads),
            Lost = lost.Values.Sum(),
            LeftOut = leftOut,
            IsWithdrawn = _isWithdrawn,
            Incomplete = [.. _incomplete],
            NotLogged = [.. _notLogged],
            Rows = [.. rows],
        };
    }

    /// <summary>Adds rows, as many as an answer has. Returns how many downloads are in the others.</summary>
    static long Add(List<CallerDownloads> rows, IEnumerable<CallerDownloads> more)
    {
        var leftOut = 0L;
        foreach (var row in more)
        {
            if (rows.Count < DownloadLimits.MaxRows + DownloadLimits.MaxUnknownRows)
                rows.Add(row);
            else
                leftOut += row.Part ? 0 : row.Downloads;
        }
        return leftOut;
    }

    /// <summary>Returns the repositories whose logs the caller may read.</summary>
    /// <exception cref="RejectedException">401 or 403: there are members, and it may read none of theirs.</exception>
    List<RepositoryRegistration> GetLogs(ProjectName project)
    {
        var repository = _request.Repository;
        var members = repository.Members.Values.Where(member => member.Members.Count == 0)
            .OrderBy(member => member.Name, StringComparer.Ordinal).ToList();
        if (members.Count == 0)
            return [repository];
        bool IsAllowed(RepositoryRegistration member) =>
            _access.Decide(AccessAction.Audit, project, repository.PathTo(member)).IsAllowed;
        var allowed = members.FindAll(IsAllowed);
        if (allowed.Count == 0)
            _access.Require(AccessAction.Audit, project, repository.PathTo(members[0]));
        // Who may not know of a member is told at least that something is missing.
        _incomplete.UnionWith(members.Except(allowed)
            .Select(member => _access.MayReadAny(member) ? member.Name : "a member that you may not read"));
        return allowed;
    }

    async Task<FoundDownloads> FindAsync(RepositoryRegistration repository, DownloadQuery query)
    {
        if (repository.LogOwner is null && _request.Repository.LogOwner is null && !_access.IsForGroup)
            _notLogged.Add(repository.Name);
        var found = repository.DownloadLog is { } log ? await log.FindAsync(query, _request.Aborted) : null;
        if (found is not { IsComplete: true })
            _incomplete.Add(repository.Name);
        if (found is null && _request.Repository.Members.Count == 0)
        {
            throw RejectedException.Unavailable(
                _request.Repository.Name, "Its store is not open.", TimeSpan.FromSeconds(2));
        }
        return found ?? new FoundDownloads([], 0, 0, false);
    }

    /// <summary>
    /// Returns the projects of an advisory that the caller may ask about, and which versions it affects, together with
    /// those that have its id as an alias.
    /// </summary>
    async Task<IReadOnlyList<(ProjectName Project, Func<string?, bool> IsAffected)>> ReadAsync(
        string id, ProjectName? only)
    {
        var documents = await ReadDocumentsAsync(id);
        _isWithdrawn = documents.Count > 0 && documents.TrueForAll(document => document.IsWithdrawn);
        // One that is withdrawn says nothing beside one that is not.
        var asked = documents.Where(document => document.IsWithdrawn == _isWithdrawn)
            .SelectMany(document => document.Advisories)
            .Where(each => only is null || each.Project == only)
            .GroupBy(each => each.Project, each => each.Advisory).ToList();
        var affected = asked.Where(each => _access.Decide(AccessAction.Audit, each.Key, []).IsAllowed)
            .Select(each => (each.Key, GetPredicate([.. each]))).ToImmutableArray();
        if (affected.Length < asked.Count && !affected.IsEmpty)
            _incomplete.Add("a project of the advisory that you may not ask about");
        return affected.IsEmpty
            ? throw new RejectedException(
                RejectionReason.NotFound,
                $"'{_request.Repository.Name}' knows no advisory '{id}' about a project that you may ask about: its "
                + "resource names the source of advisories.")
            : affected;
    }

    async Task<List<AdvisoryDocument>> ReadDocumentsAsync(string id)
    {
        if (_request.Repository.Advisories is not { } index)
            return [];
        var guard = new AuditGuard(_request, _access);
        var contents = (await index.ReadAliasedAsync(id, guard, _request.Aborted)).AsEnumerable();
        if (await index.ReadAsync(id, guard, _request.Aborted) is { } itself)
            contents = contents.Prepend(itself);
        var reader = new AdvisoryReader();
        return [.. contents.Select(content => reader.Read(content.Json))];
    }

    /// <summary>A file whose version is not known may be affected.</summary>
    static Func<string?, bool> GetPredicate(ImmutableArray<Advisory> advisories) => version =>
    {
        if (version is null)
            return true;
        var parsed = PythonVersion.TryParse(version, out var known) ? known : null;
        return advisories.Any(advisory => advisory.IsAffected(parsed, version));
    };

    /// <summary>Lets an Auditor read the advisories about what it may ask about.</summary>
    sealed class AuditGuard(RepositoryRequest request, RequestAccess access) : IMemberGuard
    {
        public async ValueTask RequireAsync(ImmutableArray<string> members, ProjectName project)
        {
            if (!await AllowsAsync(members, project))
                access.Require(AccessAction.Audit, project, members);
        }

        public ValueTask<bool> AllowsAsync(ImmutableArray<string> members, ProjectName? project) => new(
            request.IsPublic(project, members) || access.Decide(AccessAction.Audit, project, members).IsAllowed);
    }
}
