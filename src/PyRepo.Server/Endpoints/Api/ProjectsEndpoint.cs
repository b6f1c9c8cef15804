using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Api;

/// <summary><c>api/v1/projects/…</c>: a Maintainer changes a project.</summary>
sealed class ProjectsEndpoint(ReleasePromotion promotion, TimeProvider clock, ILogger<ProjectsEndpoint> logger)
{
    /// <summary>PUT <c>…/releases/{version}/yank</c>: yanks a release. The body, with a reason, may be empty.</summary>
    public async Task YankAsync(RepositoryRequest request, ProjectName project, string version)
    {
        var maintenance = await ProjectMaintenance.AuthorizeAsync(request, project, logger);
        var body = !HasBody(request)
            ? new ReasonRequest()
            : await JsonBody.ReadAsync(
                request.Context, ApiJson.Default.ReasonRequest, """{"reason": "It deletes files."}""");
        await maintenance.YankAsync(version, body.Reason);
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>POST <c>…/releases/{version}/promotion</c>: copies a release to another repository.</summary>
    public async Task PromoteAsync(RepositoryRequest request, ProjectName project, string version)
    {
        var maintenance = await ProjectMaintenance.AuthorizeAsync(request, project, logger);
        var body = await JsonBody.ReadAsync(
            request.Context, ApiJson.Default.PromotionRequest, """{"to": "production"}""");
        var promoted = await maintenance.PromoteAsync(promotion, version, body.To);
        await JsonBody.SendAsync(request.Context, 200, promoted, ApiJson.Default.PromotionView);
    }

    /// <summary>DELETE <c>…/releases/{version}/yank</c>: undoes a yank.</summary>
    public async Task UnyankAsync(RepositoryRequest request, ProjectName project, string version)
    {
        await (await ProjectMaintenance.AuthorizeAsync(request, project, logger)).UnyankAsync(version);
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>DELETE: deletes a release, or all of a project's if the version is null.</summary>
    public async Task DeleteAsync(RepositoryRequest request, ProjectName project, string? version)
    {
        var maintenance = await ProjectMaintenance.AuthorizeAsync(request, project, logger);
        await maintenance.DeleteAsync(version, IsPurge(request));
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>DELETE: deletes a file.</summary>
    public async Task DeleteFileAsync(RepositoryRequest request, ProjectName project, string file)
    {
        var maintenance = await ProjectMaintenance.AuthorizeAsync(request, project, logger);
        await maintenance.DeleteFileAsync(file, IsPurge(request));
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>PUT <c>…/status</c>: sets a project's status.</summary>
    public async Task SetStatusAsync(RepositoryRequest request, ProjectName project)
    {
        var maintenance = await ProjectMaintenance.AuthorizeAsync(request, project, logger);
        var body = await JsonBody.ReadAsync(
            request.Context, ApiJson.Default.StatusRequest, """{"status": "archived", "reason": "Use acme2."}""");
        await maintenance.SetStatusAsync(body.Status, body.Reason);
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>
    /// POST <c>…/releases/{version}/restoration</c>: brings a deleted release back. The body may be empty.
    /// </summary>
    public async Task RestoreAsync(RepositoryRequest request, ProjectName project, string version)
    {
        var maintenance = await ProjectMaintenance.AuthorizeAsync(request, project, logger);
        var body = !HasBody(request)
            ? new RestorationRequest()
            : await JsonBody.ReadAsync(request.Context, ApiJson.Default.RestorationRequest, """{"dryRun": true}""");
        if (body is not { AsOf: null, RemoveNewer: false })
        {
            throw new RejectedException(
                RejectionReason.Invalid, "asOf and removeNewer are for a whole project: leave the release out.");
        }
        await SendAsync(request, await maintenance.RestoreAsync(version, body.DryRun));
    }

    /// <summary>POST <c>…/restoration</c>: brings a project back to what it showed at a time.</summary>
    public async Task RestoreAsync(RepositoryRequest request, ProjectName project)
    {
        var maintenance = await ProjectMaintenance.AuthorizeAsync(request, project, logger);
        var body = await JsonBody.ReadAsync(
            request.Context, ApiJson.Default.RestorationRequest,
            """{"asOf": "2026-11-20T12:00:00Z", "removeNewer": false, "dryRun": true}""");
        var asOf = RestorationEndpoint.Parse(body.AsOf, clock);
        await SendAsync(request, await maintenance.RestoreAsOfAsync(asOf, body.RemoveNewer, body.DryRun));
    }

    static Task SendAsync(RepositoryRequest request, RestorationView view) =>
        JsonBody.SendAsync(request.Context, 200, view, ApiJson.Default.RestorationView);

    /// <summary>Whether a deletion is not to be undone.</summary>
    /// <exception cref="RejectedException">400: it is neither true nor false.</exception>
    static bool IsPurge(RepositoryRequest request) => request.Context.Request.Query["purge"].ToString() switch
    {
        "" or "false" => false,
        "true" => true,
        _ => throw new RejectedException(RejectionReason.Invalid, "purge must be true or false."),
    };

    static bool HasBody(RepositoryRequest request) => request.Context.Request.ContentLength is not (0 or null)
        || request.Context.Request.Headers.TransferEncoding.Count > 0;
}
