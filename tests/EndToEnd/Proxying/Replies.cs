using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace EndToEnd.Proxying;

/// <summary>Answers for a <see cref="ScriptedUpstream"/>, good and bad ones.</summary>
public static class Replies
{
    public const string Json = "application/vnd.pypi.simple.v1+json";

    /// <summary>A text.</summary>
    /// <param name="text">The body.</param>
    /// <param name="type">Its Content-Type.</param>
    public static Reply Text(string text, string type) => Bytes(Encoding.UTF8.GetBytes(text), type);

    /// <summary>Bytes, with their length told.</summary>
    public static Reply Bytes(byte[] bytes, string type = "application/octet-stream") => async context =>
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    };

    /// <summary>A status and no body.</summary>
    public static Reply Status(int status, string? retryAfter = null) => context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    };

    /// <summary>The connection ends without an answer.</summary>
    public static Task Drop(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Promises all and ends the connection after some.</summary>
    public static Reply Torn(byte[] bytes, int after, string type = "application/octet-stream") => async context =>
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes.AsMemory(0, after));
        await context.Response.Body.FlushAsync();
        context.Abort();
    };

    /// <summary>Never says a word, until whoever asks goes away.</summary>
    public static Task Silence(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted)
        .ContinueWith(static _ => { }, TaskScheduler.Default);

    /// <summary>Sends some, and the rest when the gate opens.</summary>
    public static Reply Gated(byte[] bytes, int first, Task gate) => async context =>
    {
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes.AsMemory(0, first), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await gate.WaitAsync(context.RequestAborted);
        await context.Response.Body.WriteAsync(bytes.AsMemory(first), context.RequestAborted);
    };

    /// <summary>Answers when the gate opens.</summary>
    public static Reply Later(Task gate, Reply then) => async context =>
    {
        await gate.WaitAsync(context.RequestAborted);
        await then(context);
    };

    /// <summary>Leads elsewhere.</summary>
    public static Reply Redirect(string to, int status = 302) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = to;
        return Task.CompletedTask;
    };

    /// <summary>A text, gzipped.</summary>
    public static Reply Gzip(string text, string type) => async context =>
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(text));
        context.Response.Headers.ContentEncoding = "gzip";
        await Bytes(packed.ToArray(), type)(context);
    };

    /// <summary>Another answer, with validators; 304 where they are named in the request.</summary>
    public static Reply WithETag(string etag, Reply reply) => async context =>
    {
        context.Response.Headers.ETag = etag;
        if (context.Request.Headers.IfNoneMatch == etag)
            context.Response.StatusCode = 304;
        else
            await reply(context);
    };

    /// <summary>Another answer, to who gives these credentials; else 401.</summary>
    public static Reply Guarded(string user, string password, Reply reply) => context =>
    {
        if (context.Request.Headers.Authorization == TwineForm.Basic(user, password).ToString())
            return reply(context);
        context.Response.StatusCode = 401;
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"upstream\"";
        return Task.CompletedTask;
    };

    /// <summary>The first answer once, then the other.</summary>
    public static Reply Once(Reply first, Reply then)
    {
        var asked = 0;
        return context => Interlocked.Increment(ref asked) == 1 ? first(context) : then(context);
    }
}
