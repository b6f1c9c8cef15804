using System.Globalization;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Proxies.Files;

namespace PyRepo.Server.Endpoints.Files;

/// <summary><c>packages/…</c>: the bytes of distributions and of their metadata.</summary>
static class FileEndpoint
{
    /// <summary>Sends a file, or the requested part of it.</summary>
    public static async Task SendAsync(RepositoryRequest request, Route.File file)
    {
        var kind = file.IsMetadata ? FileContentKind.Metadata : FileContentKind.Bytes;
        var wanted = new FileRequest(file.Project, file.FileName, file.Hash, kind)
        {
            IsForAllBytes = IsForAllBytes(request),
            UserAgent = request.Context.Request.Headers.UserAgent.ToString(),
        };
        var (answer, isPublic) = await FoundFile.OpenAsync(request, wanted);
        try
        {
            var found = answer switch
            {
                OpenAnswer.Found opened => opened,
                OpenAnswer.Unavailable down =>
                    throw HttpStatusException.Unavailable(file.FileName, down.Reason, down.RetryAfter),
                OpenAnswer.NotFound(var reason) => throw new HttpStatusException(404, reason),
                _ => throw new InvalidOperationException($"{answer} is not a known answer."),
            };
            CacheHeader.Write(request.Context.Response, answer.Cache);
            var counted = CountedDownload.Of(request, wanted, found);
            var isImmutable = file.Hash is not null && !found.MayBeHiddenLater;
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
            counted.Begin(ByteRange.Parse(asked.Range.ToString(), content.Length)?.Offset ?? 0);
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
