using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Api;

/// <summary><c>api/v1/projects/…</c>: a Maintainer changes a project.</summary>
sealed class ProjectsEndpoint(ReleasePromotion promotion, ILogger<ProjectsEndpoint> logger)
{
    /// <summary>PUT <c>…/releases/{version}/yank</c>: yanks a release. The body, with a reason, may be empty.</summary>
    public async Task YankAsync(RepositoryRequest request, ProjectName project, string version)
    {
        var maintenance = await ProjectMaintenance.AuthorizeAsync(request, project, logger);
        var body = request.Context.Request.ContentLength is 0 or null && !HasChunkedBody(request)
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
        await (await ProjectMaintenance.AuthorizeAsync(request, project, logger)).DeleteAsync(version);
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>DELETE: deletes a file.</summary>
    public async Task DeleteFileAsync(RepositoryRequest request, ProjectName project, string file)
    {
        await (await ProjectMaintenance.AuthorizeAsync(request, project, logger)).DeleteFileAsync(file);
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

    static bool HasChunkedBody(RepositoryRequest request) =>
        request.Context.Request.Headers.TransferEncoding.Count > 0;
}
