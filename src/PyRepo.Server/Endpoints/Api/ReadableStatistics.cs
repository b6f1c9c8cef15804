using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Groups;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>The statistics that the caller may see: those of what it may read.</summary>
static class ReadableStatistics
{
    /// <summary>Sums downloads. Those of a group are the sums of its members.</summary>
    /// <param name="request">The request.</param>
    /// <param name="queries">The queries to sum up in one pass, about the same days and the same project.</param>
    /// <returns>
    /// The sums, one for each query, and the members whose downloads are not in them, or not all.
    /// </returns>
    /// <exception cref="RejectedException">401, 403, 400 if there are too many rows, or 503.</exception>
    public static async Task<(ImmutableArray<StatisticsReport> Reports, IReadOnlyList<string> NotCounted)> ReadAsync(
        RepositoryRequest request, params ImmutableArray<StatisticsQuery> queries)
    {
        var isPublic = request.IsPublic(queries[0].Project, request.Repository.Members.Keys);
        // Others see more if they may read more, so here credentials matter even though they may not be required.
        var access = isPublic ? null : await request.AuthorizeAsync(AccessAction.Read, queries[0].Project, []);
        ImmutableArray<StatisticsReport> reports = [.. queries.Select(query => new StatisticsReport(query))];
        var notCounted = new List<string>();
        if (request.Repository.Statistics is { } own)
        {
            if (own.Unavailable is { } why)
                throw new RejectedException(RejectionReason.Unavailable, $"'{request.Repository.Name}' {why}.");
            if (!await own.AddToAsync(reports, ReadableBy(access, []), request.Aborted))
                notCounted.Add(request.Repository.Name);
        }
        foreach (var (name, member) in request.Repository.Members.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            if (access?.MayReadAny(member) is false)
                continue;
            var mayRead = ReadableBy(access, request.Repository.PathTo(member));
            if (member.Repository is not GroupRepository
                && (member.Statistics is not { } statistics
                    || !await statistics.AddToAsync(reports, mayRead, request.Aborted)))
            {
                notCounted.Add(name);
            }
        }
        return (reports, notCounted);
    }

    /// <summary>Returns whether the caller may read a project in all of the repositories, each decided once.</summary>
    static Func<ProjectName?, bool> ReadableBy(RequestAccess? access, ImmutableArray<string> members)
    {
        if (access is null)
            return static _ => true;
        var known = new Dictionary<ProjectName, bool>();
        return project =>
        {
            // The rest has the downloads of unknown projects.
            if (project is not { } name)
                return false;
            if (!known.TryGetValue(name, out var isAllowed))
                known[name] = isAllowed = access.Decide(AccessAction.Read, name, members).IsAllowed;
            return isAllowed;
        };
    }
}
