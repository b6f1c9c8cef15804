using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Rendering;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The files that pages load.</summary>
static class PageAssets
{
    /// <summary>The folder of the files, below a repository's base path.</summary>
    public const string Folder = "+assets/";

    /// <summary>How pages look.</summary>
    public static PageAsset Styles { get; } = PageAsset.Read("pyrepo.css", "text/css; charset=utf-8");

    /// <summary>The script that makes pages more convenient. They work without it.</summary>
    public static PageAsset Script { get; } = PageAsset.Read("pyrepo.js", "text/javascript; charset=utf-8");

    /// <summary>Sends one of them.</summary>
    /// <exception cref="RejectedException">404: there is none with this name and content.</exception>
    public static async Task SendAsync(HttpContext context, string path)
    {
        var asset = path == Styles.Path ? Styles
            : path == Script.Path ? Script
            : throw new RejectedException(RejectionReason.NotFound, "There is no such file.");
        var response = context.Response;
        response.ContentType = asset.ContentType;
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.Vary = "Accept-Encoding";
        var isCompressed = Negotiation.AcceptsGzip(context.Request.Headers.AcceptEncoding.ToString());
        if (isCompressed)
            response.Headers.ContentEncoding = "gzip";
        var bytes = isCompressed ? asset.Compressed : asset.Bytes;
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
    }
}

/// <summary>A file that pages load. Its path changes with its content, so that browsers may keep it for good.</summary>
sealed class PageAsset
{
    PageAsset(string name, string contentType, byte[] bytes)
    {
        (ContentType, Bytes) = (contentType, bytes);
        Compressed = Compress(bytes);
        Path = $"{PageAssets.Folder}{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}/{name}";
    }

    /// <summary>The media type.</summary>
    public string ContentType { get; }

    /// <summary>The content.</summary>
    public byte[] Bytes { get; }

    /// <summary>The content as gzip.</summary>
    public byte[] Compressed { get; }

    /// <summary>The path below a repository's base path.</summary>
    public string Path { get; }

    static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
            gzip.Write(bytes);
        return compressed.ToArray();
    }

    /// <summary>Reads a file from the program itself.</summary>
    public static PageAsset Read(string name, string contentType)
    {
        using var stream = typeof(PageAsset).Assembly.GetManifestResourceStream($"Web/Assets/{name}")!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return new PageAsset(name, contentType, content.ToArray());
    }
}
