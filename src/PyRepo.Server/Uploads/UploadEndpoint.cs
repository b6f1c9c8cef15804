using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Access;
using PyRepo.Server.Hosted;
using PyRepo.Server.Http;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Uploads;

/// <summary>POST on the base path and on <c>legacy/</c>: uploads from twine, uv, poetry, pdm, hatch and flit.</summary>
static class UploadEndpoint
{
    /// <summary>Receives an upload.</summary>
    public static async Task ReceiveAsync(RepositoryRequest request, ILogger logger)
    {
        var context = request.Context;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null; // the file has its own size limit
        try
        {
            await TakeAsync(request, logger);
        }
        catch (Exception error) when (error is RejectedException or HttpStatusException or Storage.StoreFullException)
        {
            var (status, message) = Problem.Of(error);
            Http.Log.UploadRejected(logger, request.Repository.Name, status, message);
            throw;
        }
    }

    static async Task TakeAsync(RepositoryRequest request, ILogger logger)
    {
        var access = await request.AuthorizeAsync(AccessAction.Upload, null, request.Repository.UploadsThrough);
        if (request.Repository.Uploads is not { } repository)
        {
            throw new HttpStatusException(405, $"'{request.Repository.Name}' does not accept uploads.")
            {
                Allow = "GET, HEAD",
            };
        }
        RepositoryRequest.RequireOpen(repository);
        var http = request.Context.Request;
        await using var upload = new Upload(
            repository, access, request.Repository.UploadsThrough, request.Repository.MaxFileSize);
        var (file, decision) = await upload.RunAsync(new UploadRequest(http), request.Aborted);
        if (decision is DuplicateDecision.Add)
            Http.Log.Changed(logger, access.User, "uploaded", file.FileName, request.Repository.Name);
        request.Context.Response.ContentLength = 0;
    }
}
