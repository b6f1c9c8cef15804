using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>POST on the base path and on <c>legacy/</c>: uploads from twine, uv, poetry, pdm, hatch and flit.</summary>
sealed class UploadEndpoint(RequestBodyDrain drain, TimeProvider clock)
{
    static readonly string _tooSlow =
        $"The upload arrives too slowly: less than {ServerLimits.MinUploadPerMinute >> 10} KiB came in a minute.";

    /// <summary>Receives an upload.</summary>
    /// <returns>Whether another server has answered it, and the answer was passed on. Otherwise it is 200.</returns>
    public async Task<bool> ReceiveAsync(RepositoryRequest request, ILogger logger)
    {
        var context = request.Context;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null; // the file has its own size limit
        var (outcome, forwarded) = await TakeAsync(request, logger);
        request.Repository.Requests.Uploads.Add(outcome);
        using var answer = forwarded;
        if (answer is null)
        {
            context.Response.ContentLength = 0; // 200: the bytes and the record that names them are durable.
            return false;
        }
        if (!answer.IsSuccessStatusCode)
            await drain.DiscardAsync(context, 2 * request.Repository.MaxFileSize.Bytes);
        await MemberUpload.SendAsync(context, answer);
        return true;
    }

    /// <summary>Returns how an upload ended that was answered with an error.</summary>
    public static UploadOutcome GetOutcome(int status) =>
        status < 500 ? UploadOutcome.Refused : UploadOutcome.Failed;

    async Task<UploadAnswer> TakeAsync(RepositoryRequest request, ILogger logger)
    {
        try
        {
            var access = await request.AuthorizeAsync(AccessAction.Upload, null, request.Repository.UploadsThrough);
            if (request.Repository.Uploads is not { } target)
                throw NoUploads(request.Repository);
            LimitTime(request.Context);
            return await target.ReceiveAsync(request, access, logger);
        }
        catch (Exception error)
        {
            var (status, message) = ErrorResponse.From(error);
            request.Repository.Requests.Uploads.Add(
                request.Aborted.IsCancellationRequested ? UploadOutcome.Aborted : GetOutcome(status));
            // Failed logins, and what is the server's fault, are logged with all other failures.
            if (status < 500 && error is (RejectedException or BadHttpRequestException))
                Http.Log.UploadRejected(logger, request.Repository.Name, status, message);
            throw;
        }
    }

    static RejectedException NoUploads(RepositoryRegistration repository) =>
        repository is { UploadsThrough: [var target, ..], Members: var members }
            && members.GetValueOrDefault(target)?.Unavailable is { } why
            ? new(RejectionReason.Unavailable, $"'{target}' {why}.")
            : new(RejectionReason.NotAllowed, $"'{repository.Name}' does not accept uploads.") { Allow = "GET, HEAD" };

    void LimitTime(HttpContext context)
    {
        var rate = new MinimumRate(ServerLimits.MinUploadPerMinute, TimeSpan.FromMinutes(1), slowPeriods: 1);
        // Disposed with the request: if the upload is rejected, the rest of the body is read through it.
        context.Request.Body = new TimedBody(context.Request.Body, rate, _tooSlow, clock);
        context.Response.RegisterForDispose(context.Request.Body);
    }
}
