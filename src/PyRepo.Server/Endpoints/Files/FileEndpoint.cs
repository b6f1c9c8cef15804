using System.Globalization;
using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using PyRepo.Downloads;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Proxies.Files;

namespace PyRepo.Server.Endpoints.Files;

/// <summary><c>packages/…</c> and <c>files/…</c>: the bytes of distributions and of their metadata.</summary>
static class FileEndpoint
{
    /// <summary>Sends a file, or the requested part of it.</summary>
    public static async Task SendAsync(RepositoryRequest request, Route.File file)
    {
        var download = file.IsMetadata ? null : await CountedDownload.IdentifyAsync(request);
        var wanted = GetWanted(request, file.Project, file.FileName, file.Hash, file.IsMetadata, download);
        await SendAsync(request, wanted, await FoundFile.OpenAsync(request, wanted));
    }

    /// <summary>
    /// Sends the file of the first project that has it. What another project that the name fits answers counts only if
    /// none has it.
    /// </summary>
    public static async Task SendAsync(RepositoryRequest request, Route.Alias alias)
    {
        (FileRequest Wanted, FoundFile Found)? missing = null;
        RejectedException? denial = null;
        var download = alias.IsMetadata ? null : await CountedDownload.IdentifyAsync(request);
        foreach (var project in alias.Projects)
        {
            var wanted = GetWanted(request, project, alias.FileName, null, alias.IsMetadata, download) with
            {
                Alias = alias.Path,
            };
            try
            {
                var found = await FoundFile.OpenAsync(request, wanted);
                if (found.Answer is OpenAnswer.Found)
                {
                    await SendAsync(request, wanted, found);
                    return;
                }
                if (missing is null || found.Answer is not OpenAnswer.NotFound { HiddenBy: null })
                    missing = (wanted, found);
            }
            catch (RejectedException error) when (
                error.Reason is RejectionReason.Unauthenticated or RejectionReason.Forbidden)
            {
                denial ??= error;
            }
        }
        if (denial is not null)
            ExceptionDispatchInfo.Throw(denial);
        await SendAsync(request, missing!.Value.Wanted, missing.Value.Found);
    }

    static FileRequest GetWanted(
        RepositoryRequest request, ProjectName project, string fileName, string? hash, bool isMetadata,
        RequestedDownload? download) =>
        new(project, fileName, hash, isMetadata ? FileContentKind.Metadata : FileContentKind.Bytes)
        {
            IsForAllBytes = IsForAllBytes(request),
            UserAgent = request.Context.Request.Headers.UserAgent.ToString(),
            Download = download,
        };

    static async Task SendAsync(RepositoryRequest request, FileRequest wanted, FoundFile file)
    {
        var (answer, isPublic) = file;
        try
        {
            var found = answer switch
            {
                OpenAnswer.Found opened => opened,
                OpenAnswer.Unavailable down =>
                    throw RejectedException.Unavailable(wanted.FileName, down.Reason, down.RetryAfter),
                OpenAnswer.NotFound(var reason) { HiddenBy: var verdict } =>
                    throw new RejectedException(RejectionReason.NotFound, reason) { HiddenBy = verdict },
                _ => throw new InvalidOperationException($"{answer} is not a known answer."),
            };
            CacheHeader.Write(request.Context.Response, answer.Cache);
            var counted = CountedDownload.From(request, wanted, found);
            var isImmutable = wanted.HashPrefix is not null && !found.MayBeHiddenLater;
            await SendAsync(request, found.Content, counted, isImmutable, isPublic);
        }
        catch (FileReadException error) when (answer is OpenAnswer.Found opened)
        {
            opened.Content.NoteReadFailure(error);
            throw;
        }
        finally
        {
            if (answer is OpenAnswer.Found opened)
                await opened.Content.DisposeAsync();
        }
    }

    /// <summary>Whether another server may send the bytes at once: only to a client that reads all of them.</summary>
    static bool IsForAllBytes(RepositoryRequest request) =>
        request is { IsHead: false, Context.Request.Headers: var headers }
        && headers.Range.Count == 0 && headers.IfNoneMatch.Count == 0;

    static Task SendAsync(
        RepositoryRequest request, FileContent content, CountedDownload counted, bool isImmutable, bool isPublic)
    {
        var (asked, response) = (request.Context.Request.Headers, request.Context.Response);
        var headers = response.Headers;
        headers.ETag = content.ETag;
        headers.LastModified = content.LastModified.ToString("R", CultureInfo.InvariantCulture);
        headers.CacheControl =
            (isPublic ? "public, " : "private, ") + (isImmutable ? "max-age=31536000, immutable" : "no-cache");
        headers.AcceptRanges = "bytes";
        headers.ContentType = "application/octet-stream";
        headers.XContentTypeOptions = "nosniff";
        if (asked.IfNoneMatch.Count > 0 && EntityTags.AnyMatches(asked.IfNoneMatch.ToString(), content.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            headers.ContentType = default;
            return Task.CompletedTask;
        }
        if (!request.IsHead && content.GetRedirect() is { } elsewhere)
        {
            // The URL is valid for a while longer, so that a client that waited before it follows can begin.
            headers.CacheControl = "private, max-age=60";
            headers.ETag = headers.LastModified = headers.ContentType = default;
            headers.Location = elsewhere.AbsoluteUri;
            response.StatusCode = StatusCodes.Status302Found;
            // From there the client may read all of it, whatever it has asked for.
            counted.Begin(0);
            return Task.CompletedTask;
        }
        var whole = new ByteRange(0, content.Length);
        if (asked.Range.Count == 0
            || (asked.IfRange.Count > 0
                && !ByteRange.IsCurrent(asked.IfRange.ToString(), content.ETag, content.LastModified))
            || ByteRange.Parse(asked.Range.ToString(), content.Length) is not { } part)
        {
            return SendAsync(request, content, counted, whole);
        }
        headers.ContentRange = part.ToContentRange(content.Length);
        response.StatusCode =
            part.Count == 0 ? StatusCodes.Status416RangeNotSatisfiable : StatusCodes.Status206PartialContent;
        return SendAsync(request, content, counted, part);
    }

    static async Task SendAsync(
        RepositoryRequest request, FileContent content, CountedDownload counted, ByteRange part)
    {
        var response = request.Context.Response;
        response.ContentLength = part.Count;
        if (request.IsHead || part.Count == 0)
            return;
        if (content is MemoryContent small)
        {
            counted.Begin(part.Offset);
            await BytesSender.SendAsync(
                request.Context, small.Bytes.Slice((int)part.Offset, (int)part.Count), request.Aborted);
            return;
        }
        if (content.LocalFile is { } file)
        {
            counted.Begin(part.Offset);
            await FileSender.SendAsync(request.Context, file, part.Offset, part.Count, request.Aborted);
            return;
        }
        if (content is DownloadContent download)
        {
            counted.Begin(part.Offset);
            await DownloadSender.SendAsync(request.Context, download, part, request.Aborted);
            return;
        }
        await using var stream = await content.OpenStreamAsync(part.Offset, request.Aborted);
        counted.Begin(part.Offset);
        await StreamSender.SendAsync(request.Context, stream, part.Count, request.Aborted);
    }
}

/// <summary>
/// Sends a file that is still being downloaded. What has arrived on the disk is sent from there, with sendfile(2) if
/// the connection allows it. What is not stored is copied.
/// </summary>
static class DownloadSender
{
    /// <summary>Sends a part of the file, or aborts the connection.</summary>
    public static async Task SendAsync(
        HttpContext context, DownloadContent content, ByteRange part, CancellationToken cancellationToken)
    {
        context.Response.ContentLength = part.Count;
        await context.Response.StartAsync(cancellationToken);
        var end = part.Offset + part.Count;
        for (var offset = part.Offset; offset < end;)
        {
            var arrived = Math.Min(await content.WaitForBytesAsync(offset, cancellationToken), end - offset);
            if (arrived == 0 || content.ArrivingFile is not { } file)
            {
                await using var rest = await content.OpenStreamAsync(offset, cancellationToken);
                await StreamSender.SendPartAsync(context, rest, end - offset, cancellationToken);
                return;
            }
            await FileSender.SendPartAsync(context, file, offset, arrived, cancellationToken);
            offset += arrived;
        }
    }
}

/// <summary>
/// The part of a file that a request asks for (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-14">RFC 9110,
/// section 14</see>).
/// </summary>
/// <param name="Offset">The first byte.</param>
/// <param name="Count">The number of bytes.</param>
readonly record struct ByteRange(long Offset, long Count)
{
    /// <summary>Parses a Range header.</summary>
    /// <returns>
    /// The part, or null if the whole file must be sent because the header has no valid range or several ranges. A part
    /// of zero bytes means that the range is outside the file (416).
    /// </returns>
    public static ByteRange? Parse(string header, long length)
    {
        if (!RangeHeaderValue.TryParse(header, out var parsed) || parsed.Unit != "bytes" || parsed.Ranges.Count != 1)
            return null;
        var range = parsed.Ranges.Single();
        if (range.From is not { } from)
        {
            var last = Math.Min(range.To ?? 0, length);
            return new ByteRange(length - last, last);
        }
        return from >= length
            ? new ByteRange(0, 0)
            : new ByteRange(from, Math.Min(range.To ?? long.MaxValue, length - 1) - from + 1);
    }

    /// <summary>Returns the value of Content-Range.</summary>
    public string ToContentRange(long length) => Count == 0
        ? string.Create(CultureInfo.InvariantCulture, $"bytes */{length}")
        : string.Create(CultureInfo.InvariantCulture, $"bytes {Offset}-{Offset + Count - 1}/{length}");

    /// <summary>
    /// Returns whether If-Range allows a partial response: it must identify exactly this version, by a strong tag or by
    /// its date.
    /// </summary>
    public static bool IsCurrent(string ifRange, string tag, DateTimeOffset lastModified) =>
        ifRange == tag
        || (HeaderUtilities.TryParseDate(ifRange, out var date)
            && date.ToUnixTimeSeconds() == lastModified.ToUnixTimeSeconds());
}
