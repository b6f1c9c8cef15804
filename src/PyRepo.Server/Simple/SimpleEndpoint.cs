using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Http;
using PyRepo.Server.Rendering;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Simple;

/// <summary><c>simple/</c> and <c>simple/{project}/</c>.</summary>
sealed class SimpleEndpoint(SimplePages pages)
{
    /// <summary>Sends a project's page.</summary>
    public Task ShowProjectAsync(RepositoryRequest request, ProjectName project)
    {
        var answer = request.Repository.Repository.GetProjectAsync(project, null, request.Aborted);
        return answer.IsCompletedSuccessfully
            ? ShowAsync(request, project, answer.Result)
            : WaitAsync(request, project, answer.AsTask());
    }

    async Task WaitAsync(RepositoryRequest request, ProjectName project, Task<ProjectAnswer> answer) =>
        await ShowAsync(request, project, await answer);

    Task ShowAsync(RepositoryRequest request, ProjectName project, ProjectAnswer answer)
    {
        // Find the project first and check access afterwards, so that a caller who may not read a project learns
        // nothing from the response.
        var members = (answer as IAnswered)?.AnsweredBy ?? [];
        var isPublic = request.IsPublic(project, members);
        // Fast path for requests that have no credentials and need none, which are nearly all requests.
        return isPublic && !request.HasCredentials
            ? SendProjectAsync(request, project, answer, isPublic)
            : AuthorizeAndSendAsync(request, project, answer, members, isPublic);
    }

    async Task AuthorizeAndSendAsync(
        RepositoryRequest request, ProjectName project, ProjectAnswer answer, ImmutableArray<string> members,
        bool isPublic)
    {
        await request.AuthorizeAsync(AccessAction.Read, project, members);
        await SendProjectAsync(request, project, answer, isPublic);
    }

    /// <summary>Sends the list of projects, without the projects that the caller may not read.</summary>
    public async Task ListProjectsAsync(RepositoryRequest request)
    {
        var access = await request.AuthorizeAsync(AccessAction.Read, null, []);
        var format = FormatOf(request.Context.Request);
        var repository = request.Repository.Repository;
        switch (await repository.ListProjectsAsync(request.Aborted))
        {
            case ProjectListAnswer.Known known:
                var isPublic = request.IsPublic(null, [.. known.ByMember.SelectMany(m => m.Members).Distinct()]);
                var shown = isPublic ? known.Projects : ReadableProjects.Of(known, access);
                var page = pages.List(repository, shown, isPublic ? known.Version : null, format, AcceptsGzip(request));
                await PageSender.SendAsync(request, page, isPublic);
                break;
            case ProjectListAnswer.Unavailable down:
                throw HttpStatusException.Unavailable(request.Repository.Name, down.Reason, down.RetryAfter);
        }
    }

    Task SendProjectAsync(RepositoryRequest request, ProjectName project, ProjectAnswer answer, bool isPublic)
    {
        var format = FormatOf(request.Context.Request);
        switch (answer)
        {
            case ProjectAnswer.Known known:
                CacheHeader.Write(request.Context.Response, known, known.Snapshot.StaleSince);
                return PageSender.SendAsync(
                    request, pages.Project(request.Repository.Repository, known.Snapshot, format, AcceptsGzip(request)),
                    isPublic);
            case ProjectAnswer.Unavailable down:
                throw HttpStatusException.Unavailable(project.Value, down.Reason, down.RetryAfter);
            default:
                throw new HttpStatusException(404, $"There is no project '{project}' in '{request.Repository.Name}'.");
        }
    }

    static PageFormat FormatOf(HttpRequest request)
    {
        // A known ?format= takes precedence over Accept (https://peps.python.org/pep-0691/). An unknown one is ignored.
        if (request.QueryString.HasValue && request.Query.TryGetValue("format", out var named)
            && Negotiation.OfName(named.ToString().Replace(' ', '+')) is not PageFormat.None and var asked)
        {
            return asked;
        }
        var format = Negotiation.OfAccept(Joined(request.Headers.Accept));
        return format is not PageFormat.None ? format : throw new HttpStatusException(
            406, "This page is available as application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html "
                + "and text/html.");
    }

    static bool AcceptsGzip(RepositoryRequest request) =>
        Negotiation.AcceptsGzip(Joined(request.Context.Request.Headers.AcceptEncoding));

    static string Joined(StringValues header) => header.Count == 1 ? header[0]! : header.ToString();
}
