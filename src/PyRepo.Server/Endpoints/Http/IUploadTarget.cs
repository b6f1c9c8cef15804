using Microsoft.Extensions.Logging;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>Where uploads to a repository go: to a repository of this server, or to a group's member on another.</summary>
interface IUploadTarget
{
    /// <summary>The largest file that may be uploaded.</summary>
    Quantity MaxFileSize { get; }

    /// <summary>Receives the upload of a caller who may upload some project.</summary>
    /// <returns>The answer. The upload is durable.</returns>
    /// <exception cref="RejectedException">The upload is rejected. Nothing of it is stored here.</exception>
    Task<UploadAnswer> ReceiveAsync(RepositoryRequest request, RequestAccess access, ILogger logger);
}

/// <summary>The answer to an upload.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Forwarded">
/// The answer of another server, which the caller passes on and disposes; null if the upload is durable here.
/// </param>
readonly record struct UploadAnswer(UploadOutcome Outcome, HttpResponseMessage? Forwarded = null);
