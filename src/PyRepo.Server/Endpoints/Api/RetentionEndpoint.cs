using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Hosted.Retention;

namespace PyRepo.Server.Endpoints.Api;

/// <summary><c>api/v1/retention</c>: what retention removes, of the projects that the caller maintains.</summary>
static class RetentionEndpoint
{
    /// <summary>GET: lists what the next run removes, as things are now.</summary>
    public static async Task ShowAsync(RepositoryRequest request)
    {
        var (run, mayChange, _) = await AuthorizeAsync(request);
        await JsonBody.SendAsync(
            request.Context, 200, RetentionView.From(await run.FindAsync(mayChange, request.Aborted), run.Next),
            ApiJson.Default.RetentionView);
    }

    /// <summary>POST: removes it now, and lists what was removed.</summary>
    public static async Task RunAsync(RepositoryRequest request)
    {
        var (run, mayChange, user) = await AuthorizeAsync(request);
        var removed = await run.RemoveAsync(mayChange, user, request.Aborted);
        await JsonBody.SendAsync(
            request.Context, 200, RetentionView.From(removed, run.Next), ApiJson.Default.RetentionView);
    }

    /// <summary>Authorizes the caller to see and to run retention.</summary>
    /// <exception cref="RejectedException">401, 403, 405 if nothing is uploaded here, or 503.</exception>
    public static async Task<(RetentionRun Run, Predicate<ProjectName> MayChange, string User)> AuthorizeAsync(
        RepositoryRequest request)
    {
        var access = await request.AuthorizeAsync(AccessAction.Maintain, null, []);
        if (request.Repository.Retention is not { } run)
        {
            throw new RejectedException(
                RejectionReason.NotAllowed, $"Retention is a setting of a PythonRepository, which "
                + $"'{request.Repository.Name}' is not.")
            { Allow = "" };
        }
        if (request.Repository.Hosted is { } repository)
            RepositoryRequest.RequireOpen(repository);
        return (run, project => access.Decide(AccessAction.Maintain, project, []).IsAllowed, access.User);
    }
}
