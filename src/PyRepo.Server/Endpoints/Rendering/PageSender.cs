using System.Buffers;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Endpoints.Files;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Endpoints.Rendering;

/// <summary>Sends rendered pages, or a 304 response if the client already has them.</summary>
static class PageSender
{
    /// <summary>The memory that a slow client may hold beside the page itself.</summary>
    const int MaxUnflushed = 1 << 20;

    /// <summary>The memory that it may hold while many clients are slow.</summary>
    const int MaxUnflushedOfMany = 64 << 10;

    const string IndexPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>How many clients are many.</summary>
    const int Many = 32;

    /// <summary>The clients that do not take their pages at once.</summary>
    static int _slow;

    /// <summary>Sends a page with all the headers that caches need.</summary>
    /// <remarks>
    /// A file must be visible immediately after its upload. Since version 26.2, pip caches a page for its max-age.
    /// Clients must therefore revalidate every page, which the entity tag makes cheap.
    /// </remarks>
    public static Task SendAsync(RepositoryRequest request, RenderedPage page, bool isPublic)
    {
        var response = request.Context.Response;
        var headers = response.Headers;
        headers.ETag = page.ETag;
        headers.CacheControl = isPublic ? "public, no-cache" : "private, no-cache";
        headers.Vary = "Accept, Accept-Encoding";
        if (page.Serial.Count > 0)
            headers["X-PyPI-Last-Serial"] = page.Serial;
        var ifNoneMatch = request.Context.Request.Headers.IfNoneMatch;
        if (ifNoneMatch.Count > 0 && EntityTags.AnyMatches(ifNoneMatch.ToString(), page.ETag.ToString()))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        headers.ContentType = page.ContentType;
        // Browsers show the HTML of an index, which needs nothing but its links.
        if (page.ContentType.ToString().Contains("html", StringComparison.Ordinal))
        {
            headers.XContentTypeOptions = "nosniff";
            headers.ContentSecurityPolicy = IndexPolicy;
        }
        headers.ContentLength = page.Length;
        if (page.ContentEncoding.Count > 0)
            headers.ContentEncoding = page.ContentEncoding;
        return SendBodyAsync(request.Context, page);
    }

    /// <summary>Sends the bytes of a page, wherever they are. The caller sets the status and the headers.</summary>
    /// <exception cref="OverloadedException">Clients that read slowly hold too much already.</exception>
    internal static Task SendBodyAsync(HttpContext context, RenderedPage page)
    {
        if (HttpMethods.IsHead(context.Request.Method))
            return Task.CompletedTask;
        if (page.File is { } file)
            return WaitAsync(TemporaryFileSender.SendAsync(context, file, context.RequestAborted));
        return page.Length <= MaxUnflushedOfMany
            ? SendInMemoryAsync(context.Response, page) : SendLargeAsync(context, page);
    }

    /// <summary>Sends a page out of memory, unless slow clients hold too much of that already.</summary>
    static async Task SendLargeAsync(HttpContext context, RenderedPage page)
    {
        if (!UnsentBytes.TryHold(page.Length))
        {
            await WaitAsync(TemporaryFileSender.SendAsync(context, page.InFile().File!, context.RequestAborted));
            return;
        }
        try
        {
            await SendInMemoryAsync(context.Response, page);
        }
        finally
        {
            UnsentBytes.Release(page.Length);
        }
    }

    static Task SendInMemoryAsync(HttpResponse response, RenderedPage page)
    {
        var most = Volatile.Read(ref _slow) < Many ? MaxUnflushed : MaxUnflushedOfMany;
        return page.Segments is [var only] && only.Length <= most
            ? SendOneAsync(response, only)
            : WaitAsync(SendAllAsync(response, page.Segments, most));
    }

    static Task SendOneAsync(HttpResponse response, ReadOnlyMemory<byte> piece)
    {
        var sent = response.BodyWriter.WriteAsync(piece);
        return sent.IsCompletedSuccessfully ? Task.CompletedTask : WaitAsync(sent.AsTask());
    }

    static async Task WaitAsync(Task sending)
    {
        Interlocked.Increment(ref _slow);
        try
        {
            await sending;
        }
        finally
        {
            Interlocked.Decrement(ref _slow);
        }
    }

    static async Task SendAllAsync(HttpResponse response, ReadOnlyMemory<byte>[] pieces, int most)
    {
        // Until the response has started, Kestrel would buffer the bytes in its own small blocks, and copy them again.
        await response.StartAsync();
        // Flush rarely: a reader that the first piece wakes would read the rest in small portions.
        var unflushed = 0;
        foreach (var piece in pieces)
        {
            for (var rest = piece; rest.Length > 0;)
            {
                var part = rest[..Math.Min(rest.Length, most - unflushed)];
                response.BodyWriter.Write(part.Span);
                rest = rest[part.Length..];
                unflushed += part.Length;
                if (unflushed < most)
                    continue;
                await response.BodyWriter.FlushAsync();
                unflushed = 0;
            }
        }
        await response.BodyWriter.FlushAsync();
    }
}
