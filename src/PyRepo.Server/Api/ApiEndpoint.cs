using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Http;

namespace PyRepo.Server.Api;

/// <summary><c>api/v1/…</c>: the operations on a repository other than uploads.</summary>
static class ApiEndpoint
{
    /// <summary>Deletes a file permanently. Its name stays reserved.</summary>
    public static async Task DeleteFileAsync(
        RepositoryRequest request, ProjectName project, string file, ILogger logger)
    {
        var access = await request.AuthorizeAsync(AccessAction.Maintain, project, request.Repository.UploadsThrough);
        if (request.Repository.Uploads is not { } repository)
            throw new HttpStatusException(
                405, $"Nothing can be deleted in '{request.Repository.Name}'.")
            { Allow = "" };
        RepositoryRequest.RequireOpen(repository);
        if (!await repository.Files.DeleteAsync(project, file, access.User))
            throw new HttpStatusException(404, $"There is no file '{file}' in '{project}'.");
        var grant = access.Require(AccessAction.Maintain, project, request.Repository.UploadsThrough);
        Http.Log.Changed(logger, access.User, "deleted", file, request.Repository.Name, grant);
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
