using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Rendering;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.IndexApi;

/// <summary><c>simple/</c> and <c>simple/{project}/</c>.</summary>
sealed class SimpleEndpoint(SimplePages pages)
{
    /// <summary>
    /// Sends a project's page. If it is rendered already, the project's content is not needed, and no slow client
    /// keeps it in memory.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="project">The project.</param>
    /// <param name="asOf">The date as of which it is shown, or null for now.</param>
    public async Task ShowProjectAsync(RepositoryRequest request, ProjectName project, DateTimeOffset? asOf)
    {
        var (format, gzip) = (GetFormat(request.Context.Request), AcceptsGzip(request));
        var current = await FoundVersion.FindAsync(request, project);
        RenderedPage? Find() => FindRendered(request, project, asOf, current.Version, format, gzip);
        var page = Find();
        var isPublic = current.IsPublic;
        if (page is null && asOf is null)
        {
            (page, isPublic) = await RenderAsync(
                request, await current.LoadAsync(request), project, asOf, format, gzip);
        }
        else if (page is null)
        {
            // Another may have made it by the time that its turn has come.
            (page, isPublic) = await DatedTurns.RunAsync(
                request.Repository.Repository, request.Address,
                async () => Find() is { } made ? (made, isPublic) : await RenderAsync(
                    request, await FoundProject.FindAsync(request, project, asOf), project, asOf, format, gzip),
                request.Aborted);
        }
        await PageSender.SendAsync(request, page, isPublic);
    }

    /// <summary>
    /// Returns the page of a version if it is rendered already, with the response's cache header set, or null.
    /// </summary>
    RenderedPage? FindRendered(
        RepositoryRequest request, ProjectName project, DateTimeOffset? asOf, SnapshotVersion version,
        PageFormat format, bool gzip)
    {
        if (version.Value is null
            || pages.FindProject(
                request.Repository.Repository, project, asOf, version.Value, format, gzip, request.AbsoluteBase)
                is not { } page)
        {
            return null;
        }
        CacheHeader.Write(request.Context.Response, version.Cache, version.StaleSince);
        return page;
    }

    /// <summary>Sends the list of projects, without the projects that the caller may not read.</summary>
    public async Task ListProjectsAsync(RepositoryRequest request)
    {
        var isPublic = request.IsPublic(null, request.Repository.Members.Keys);
        // Others see more if they may read more, so here credentials matter even though they may not be required.
        var access = isPublic ? null : await request.AuthorizeAsync(AccessAction.Read, null, []);
        var format = GetFormat(request.Context.Request);
        var repository = request.Repository.Repository;
        var guarded = isPublic ? repository : repository.GuardedBy(new ReadGuard(request));
        switch (await guarded.ListProjectsAsync(request.Aborted))
        {
            case ProjectListAnswer.Known known:
                var shown = access is null ? known.Projects : ReadableProjects.Filter(known, access);
                if (known.StaleSince is { } since)
                    CacheHeader.Write(request.Context.Response, CacheOutcome.Stale, since);
                // A group asks every few seconds, and only for the names: its list is another one only if they change.
                var serials = GroupRequest.Sent(request.Context) ? null : known.Serials;
                var version = serials is null ? known.Version : $"{known.Version}/{serials.Version}";
                var page = await pages.ListAsync(
                    repository, shown, serials, isPublic ? version : null, format, AcceptsGzip(request),
                    request.Aborted);
                await PageSender.SendAsync(request, page, isPublic);
                break;
            case ProjectListAnswer.Unavailable down:
                var why = access?.MayReadSomeOfAll is false ? null : down.Reason;
                throw RejectedException.Unavailable(request.Repository.Name, why, down.RetryAfter);
        }
    }

    async Task<(RenderedPage Page, bool IsPublic)> RenderAsync(
        RepositoryRequest request, FoundProject found, ProjectName project, DateTimeOffset? asOf, PageFormat format,
        bool gzip)
    {
        var known = found.RequireKnown(request, project, asOf);
        CacheHeader.Write(request.Context.Response, known.Cache, known.Snapshot.StaleSince);
        var page = await pages.ProjectAsync(
            request.Repository.Repository, known.Snapshot, asOf, format, gzip, request.AbsoluteBase, request.Aborted);
        return (page, found.IsPublic);
    }

    /// <summary>
    /// Whether a client gets JSON. A list in JSON has no links, so that its URL may lack the slash at the end:
    /// bandersnatch leaves it out, and would be redirected each time.
    /// </summary>
    public static bool WantsJson(HttpRequest request) => FindFormat(request) is PageFormat.Json;

    static PageFormat GetFormat(HttpRequest request) => FindFormat(request) is not PageFormat.None and var format
        ? format
        : throw new RejectedException(
            RejectionReason.NotAcceptable,
            "This page is available as application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html "
                + "and text/html.");

    static PageFormat FindFormat(HttpRequest request) =>
        // A known ?format= takes precedence over Accept (https://peps.python.org/pep-0691/). An unknown one is ignored.
        request.QueryString.HasValue && request.Query.TryGetValue("format", out var named)
        && Negotiation.OfName(named.ToString().Replace(' ', '+')) is not PageFormat.None and var asked
            ? asked
            : Negotiation.OfAccept(Joined(request.Headers.Accept));

    static bool AcceptsGzip(RepositoryRequest request) =>
        Negotiation.AcceptsGzip(Joined(request.Context.Request.Headers.AcceptEncoding));

    static string Joined(StringValues header) => header.Count == 1 ? header[0]! : header.ToString();
}

/// <summary>
/// Turns to look at a repository as of a date. Each look lists all files of a project anew, and strangers can think of
/// any number of dates. A repository's turns are its own, so that it keeps no other one's callers waiting, and an
/// address has half of them at most.
/// </summary>
static class DatedTurns
{
    static readonly ConditionalWeakTable<IRepository, OwnerTurns> _turns = [];

    /// <summary>Does some work in a turn.</summary>
    /// <exception cref="OverloadedException">There was none in time.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static async Task<T> RunAsync<T>(
        IRepository repository, string address, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var turns = _turns.GetValue(repository, static _ => new OwnerTurns(ServerLimits.MaxConcurrentDatedPages));
        await WaitLimit.ApplyAsync(either => turns.EnterAsync(address, either), TimeProvider.System, cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            turns.Leave(address);
        }
    }
}
