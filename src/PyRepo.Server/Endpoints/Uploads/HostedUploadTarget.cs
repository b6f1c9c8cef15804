using Microsoft.Extensions.Logging;
using PyRepo.Resources.Values;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Hosted;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>Uploads to a repository of this server.</summary>
sealed class HostedUploadTarget(HostedRepository repository, Quantity maxFileSize, TimeProvider clock) : IUploadTarget
{
    /// <inheritdoc/>
    public Quantity MaxFileSize => maxFileSize;

    /// <inheritdoc/>
    public async Task<UploadAnswer> ReceiveAsync(RepositoryRequest request, RequestAccess access, ILogger logger)
    {
        RepositoryRequest.RequireOpen(repository);
        var through = request.Repository.UploadsThrough;
        using var share = await UploadMemory.Shared.EnterAsync(UploadOwner.From(request, access), request.Aborted);
        var form = new UploadRequest(request.Context.Request, share);
        await using var upload = new Upload(repository, access, through, maxFileSize, share, clock);
        var (file, decision) = await upload.RunAsync(form, request.Aborted);
        if (decision is not DuplicateDecision.Add)
            return new(UploadOutcome.Identical);
        var grant = access.Require(AccessAction.Upload, file.Project, through);
        Http.Log.Changed(logger, access.User, "uploaded", file.FileName, request.Repository.Name, grant);
        return new(UploadOutcome.Stored);
    }
}
