using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Bench.Hostile.Upstream;

/// <summary>Pages that are too long, or never end.</summary>
static class HostilePages
{
    const int BlockSize = 64 * 1024;

    public static Task SendOneFileAsync(HttpResponse response, string project)
    {
        response.ContentType = "text/html";
        var file = OrdinaryProject.GetFile(project);
        return response.WriteAsync($"<html><body><a href=\"/files/{file}#sha256={new string('0', 64)}\">{file}</a>");
    }

    /// <summary>One release with a wheel for each of many builds.</summary>
    public static Task SendReleaseAsync(HttpResponse response, string project, int files) => SendJsonAsync(
        response, project, files,
        n =>
            $$"""{"filename":"{{project.Replace('-', '_')}}-1.0-{{n}}-py3-none-any.whl","hashes":{},"url":"/files/{{n}}"}""");

    /// <summary>Many releases that are yanked for a reason which is long, and another each.</summary>
    public static Task SendYankedAsync(HttpResponse response, string project, int files, int reasonLength)
    {
        var reason = new string('x', reasonLength);
        return SendJsonAsync(
            response, project, files,
            n => $$"""
                {"filename":"{{OrdinaryProject.GetFile(project, n)}}","hashes":{},"url":"/files/{{n}}",
                "yanked":"{{n}} {{reason}}"}
                """);
    }

    public static async Task SendWideAsync(HttpResponse response, string project, int files, CancellationToken left)
    {
        response.ContentType = "text/html";
        var text = new StringBuilder("<html><body>");
        for (var n = 0; n < files; n++)
        {
            text.Append(LinkTo(project, n));
            if (text.Length < BlockSize)
                continue;
            await response.WriteAsync(text.ToString(), left);
            text.Clear();
        }
        await response.WriteAsync(text.ToString(), left);
    }

    public static Task SendEndlessJsonAsync(HttpResponse response, string project, CancellationToken left)
    {
        response.ContentType = OrdinaryProject.Json;
        return SendForeverAsync(
            response, $$"""{"meta":{"api-version":"1.1"},"name":"{{project}}","files":[""",
            n => $$"""{"filename":"{{OrdinaryProject.GetFile(project, n)}}","hashes":{},"url":"/files/{{n}}"},""",
            left);
    }

    public static Task SendEndlessHtmlAsync(HttpResponse response, string project, CancellationToken left)
    {
        response.ContentType = "text/html";
        return SendForeverAsync(
            response, "<html><body>", n => LinkTo(project, n), left);
    }

    public static Task SendEndlessCommentsAsync(HttpResponse response, CancellationToken left)
    {
        response.ContentType = "text/html";
        return SendForeverAsync(response, $"<!--{new string('a', 900_000)}-->", _ => "<!-- -->", left);
    }

    /// <summary>One gzip member after the other, each of which inflates to so many blanks.</summary>
    public static async Task SendEndlessGzipAsync(HttpResponse response, int inflated, CancellationToken left)
    {
        response.ContentType = "text/html";
        response.Headers.ContentEncoding = "gzip";
        var member = GetGzip(inflated);
        var block = new MemoryStream();
        do
        {
            block.Write(member);
        }
        while (block.Length < BlockSize);
        while (!left.IsCancellationRequested)
            await response.Body.WriteAsync(block.GetBuffer().AsMemory(0, (int)block.Length), left);
    }

    static Task SendJsonAsync(HttpResponse response, string project, int files, Func<int, string> item)
    {
        response.ContentType = OrdinaryProject.Json;
        var items = string.Join(',', Enumerable.Range(0, files).Select(item));
        return response.WriteAsync($$"""{"meta":{"api-version":"1.1"},"name":"{{project}}","files":[{{items}}]}""");
    }

    static async Task SendForeverAsync(
        HttpResponse response, string start, Func<int, string> item, CancellationToken left)
    {
        var text = new StringBuilder(start);
        for (var n = 0; !left.IsCancellationRequested; n++)
        {
            text.Append(item(n));
            if (text.Length < BlockSize)
                continue;
            await response.WriteAsync(text.ToString(), left);
            text.Clear();
        }
    }

    static string LinkTo(string project, int n) => $"<a href=/files/{n}>{OrdinaryProject.GetFile(project, n)}</a>";

    static byte[] GetGzip(int blanks)
    {
        // GZipStream writes nothing at all for nothing; this is the empty member of RFC 1952.
        if (blanks == 0)
            return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.SmallestSize))
            gzip.Write(Encoding.ASCII.GetBytes(new string(' ', blanks)));
        return target.ToArray();
    }
}
