using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PyRepo.Egress;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Files;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Groups;
using PyRepo.Server.Platform.Limits;
using PyRepo.Storage;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>
/// Passes an upload on to a group's member on another server, as it arrives. Of the form, this reads only what names
/// the project, on which the access depends. The member reads and judges all of it.
/// </summary>
sealed class MemberUpload(
    RepositoryRequest request, MemberConnector member, RequestAccess access, UploadShare share)
{
    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);

    /// <summary>The headers of the member's answer that are for the client.</summary>
    static readonly ImmutableArray<string> _answerHeaders =
        ["Content-Type", "Retry-After", "Cache-Control", "X-Content-Type-Options"];

    /// <summary>Passes the upload on.</summary>
    /// <returns>The member's answer. The caller disposes it.</returns>
    /// <exception cref="RejectedException">The member is unavailable: 503.</exception>
    /// <exception cref="RejectedException">The upload is rejected before the member gets it.</exception>
    public async Task<HttpResponseMessage> RunAsync()
    {
        var http = request.Context.Request;
        try
        {
            using var connection = await member.ConnectAsync(request.Aborted);
            var leading = new RecordedBody(http.Body, share);
            var beginning = new UploadRequest(http.ContentType, leading, share);
            var project = await ReadProjectAsync(beginning);
            UploadAccess.Require(
                access, project, request.Repository.UploadsThrough, FileClaims.From(beginning.Form));
            using var form = new ForwardedForm(leading.Bytes, http.Body);
            return await connection.SendAsync(
                access.UserName, project, (http.ContentType!, http.Headers.Accept.ToString()), form, request.Aborted);
        }
        catch (UpstreamUnavailableException error)
        {
            throw RejectedException.Unavailable(request.Repository.Name, error.Message, _retryAfter, error.Detail);
        }
    }

    /// <summary>Sends the member's answer to the client.</summary>
    public static async Task SendAsync(HttpContext context, HttpResponseMessage answer)
    {
        var response = context.Response;
        response.StatusCode = (int)answer.StatusCode;
        context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = answer.ReasonPhrase;
        foreach (var name in _answerHeaders)
        {
            if (answer.Headers.TryGetValues(name, out var values)
                || answer.Content.Headers.TryGetValues(name, out values))
            {
                response.Headers[name] = values.ToArray();
            }
        }
        var body = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        response.ContentLength = body.Length;
        await BytesSender.SendAsync(context, body, context.RequestAborted);
    }

    /// <summary>
    /// Reads the form up to the project's name. If the file comes first, its own name says which project it is of; the
    /// member compares both.
    /// </summary>
    async Task<ProjectName> ReadProjectAsync(UploadRequest form)
    {
        var file = await form.ReadToNameAsync(request.Aborted);
        var context = new UploadContext { Form = form.Form, FileName = file?.FileName };
        UploadRules.CheckEarly(context);
        if (form.Form.Name is { } name)
            return ProjectName.Parse(name);
        if (file is null)
            UploadRules.CheckForm(context);
        return DistributionFileName.TryParse(file!.Value.FileName, out var distribution)
            ? distribution.Project
            : throw new RejectedException(
                RejectionReason.Invalid, "The field 'name' must come before the file.");
    }
}

/// <summary>Keeps what is read of a body, so that it can be passed on.</summary>
/// <param name="body">The body.</param>
/// <param name="share">The upload's memory, of which this takes what it keeps.</param>
sealed class RecordedBody(Stream body, UploadShare share) : AsyncForwardStream
{
    /// <summary>The kept bytes may take twice as much while they grow.</summary>
    const int Weight = 2;

    readonly MemoryStream _read = new();

    /// <summary>The bytes that have been read.</summary>
    public ReadOnlyMemory<byte> Bytes => _read.GetBuffer().AsMemory(0, (int)_read.Length);

    /// <inheritdoc/>
    /// <exception cref="RejectedException">More is read than is kept.</exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read.Length > ServerLimits.MaxLeadingFieldsLength)
        {
            throw new RejectedException(
                RejectionReason.Invalid,
                $"The field 'name' must be in the first {ServerLimits.MaxLeadingFieldsLength >> 10} KiB of the form.");
        }
        var read = await body.ReadAsync(buffer, cancellationToken);
        await share.GrowAsync(read * Weight, cancellationToken);
        _read.Write(buffer.Span[..read]);
        return read;
    }
}
