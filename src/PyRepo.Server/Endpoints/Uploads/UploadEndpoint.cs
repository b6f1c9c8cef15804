using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.FileNames;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Groups;
using PyRepo.Server.Hosted;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>POST on the base path and on <c>legacy/</c>: uploads from twine, uv, poetry, pdm, hatch and flit.</summary>
sealed class UploadEndpoint(RequestBodyDrain drain, TimeProvider clock)
{
    static readonly string _tooSlow =
        $"The upload arrives too slowly: less than {ServerLimits.MinUploadPerMinute >> 10} KiB came in a minute.";

    /// <summary>Receives an upload.</summary>
    public async Task ReceiveAsync(RepositoryRequest request, ILogger logger)
    {
        var context = request.Context;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null; // the file has its own size limit
        try
        {
            await HandleAsync(request, logger);
        }
        catch (Exception error) when (error is RejectedException or BadHttpRequestException)
        {
            // Failed logins, and what is the server's fault, are logged with all other failures.
            if (ErrorResponse.From(error) is ( < 500 and var status, var message))
                Http.Log.UploadRejected(logger, request.Repository.Name, status, message);
            throw;
        }
    }

    async Task HandleAsync(RepositoryRequest request, ILogger logger)
    {
        var access = await request.AuthorizeAsync(AccessAction.Upload, null, request.Repository.UploadsThrough);
        if (request.Repository.MemberConnector is { } member)
        {
            await PassOnAsync(request, member, access, logger);
            return;
        }
        if (request.Repository.Uploads is not { } repository)
        {
            if (request.Repository is { UploadsThrough: [var target, ..], Members: var members }
                && members.GetValueOrDefault(target)?.Unavailable is { } why)
            {
                throw new RejectedException(RejectionReason.Unavailable, $"'{target}' {why}.");
            }
            throw new RejectedException(
                RejectionReason.NotAllowed, $"'{request.Repository.Name}' does not accept uploads.")
            {
                Allow = "GET, HEAD",
            };
        }
        RepositoryRequest.RequireOpen(repository);
        var (file, decision) = await RunUploadAsync(request, repository, access);
        if (decision is DuplicateDecision.Add)
        {
            var grant = access.Require(AccessAction.Upload, file.Project, request.Repository.UploadsThrough);
            Http.Log.Changed(logger, access.User, "uploaded", file.FileName, request.Repository.Name, grant);
        }
        request.Context.Response.ContentLength = 0; // 200: the bytes and the record that names them are durable.
    }

    async Task<(DistributionFileName File, DuplicateDecision Decision)> RunUploadAsync(
        RepositoryRequest request, HostedRepository repository, RequestAccess access)
    {
        LimitTime(request.Context);
        using var share = await UploadMemory.Shared.EnterAsync(GetOwner(request, access), request.Aborted);
        var form = new UploadRequest(request.Context.Request, share);
        await using var upload = new Upload(
            repository, access, request.Repository.UploadsThrough, request.Repository.MaxFileSize, share,
            clock);
        return await upload.RunAsync(form, request.Aborted);
    }

    async Task PassOnAsync(RepositoryRequest request, MemberConnector member, RequestAccess access, ILogger logger)
    {
        LimitTime(request.Context);
        using var share = await UploadMemory.Shared.EnterAsync(GetOwner(request, access), request.Aborted);
        using var answer = await new MemberUpload(request, member, access, share).RunAsync();
        if (!answer.IsSuccessStatusCode)
        {
            Http.Log.UploadRejected(
                logger, request.Repository.Name, (int)answer.StatusCode, answer.ReasonPhrase ?? "");
            await drain.DiscardAsync(request.Context, 2 * request.Repository.MaxFileSize.Bytes);
        }
        await MemberUpload.SendAsync(request.Context, answer);
    }

    static UploadOwner GetOwner(RepositoryRequest request, RequestAccess access) => new(
        request.Repository.Name, access.UserName ?? request.Address);

    void LimitTime(HttpContext context)
    {
        var rate = new MinimumRate(ServerLimits.MinUploadPerMinute, TimeSpan.FromMinutes(1), slowPeriods: 1);
        // Disposed with the request: if the upload is rejected, the rest of the body is read through it.
        context.Request.Body = new TimedBody(context.Request.Body, rate, _tooSlow, clock);
        context.Response.RegisterForDispose(context.Request.Body);
    }
}
