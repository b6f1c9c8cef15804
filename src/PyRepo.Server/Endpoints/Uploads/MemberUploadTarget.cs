using Microsoft.Extensions.Logging;
using PyRepo.Resources.Values;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Groups;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>Uploads to a group's member on another server, which judges them.</summary>
sealed class MemberUploadTarget(MemberConnector member) : IUploadTarget
{
    /// <inheritdoc/>
    public Quantity MaxFileSize => RepositoryRegistration.UsualMaxFileSize;

    /// <inheritdoc/>
    public async Task<UploadAnswer> ReceiveAsync(RepositoryRequest request, RequestAccess access, ILogger logger)
    {
        using var share = await UploadMemory.Shared.EnterAsync(UploadOwner.From(request, access), request.Aborted);
        var answer = await new MemberUpload(request, member, access, share).RunAsync();
        if (answer.IsSuccessStatusCode)
            return new(UploadOutcome.Stored, answer);
        var status = (int)answer.StatusCode;
        Http.Log.UploadRejected(logger, request.Repository.Name, status, answer.ReasonPhrase ?? "");
        return new(UploadEndpoint.GetOutcome(status), answer);
    }
}
