using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

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
        response.ContentLength = asset.Bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(asset.Bytes, context.RequestAborted);
    }
}

/// <summary>A file that pages load. Its path changes with its content, so that browsers may keep it for good.</summary>
sealed class PageAsset
{
    PageAsset(string name, string contentType, byte[] bytes)
    {
        (ContentType, Bytes) = (contentType, bytes);
        Path = $"+assets/{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}/{name}";
    }

    /// <summary>The media type.</summary>
    public string ContentType { get; }

    /// <summary>The content.</summary>
    public byte[] Bytes { get; }

    /// <summary>The path below a repository's base path.</summary>
    public string Path { get; }

    /// <summary>Reads a file from the program itself.</summary>
    public static PageAsset Read(string name, string contentType)
    {
        using var stream = typeof(PageAsset).Assembly.GetManifestResourceStream($"Web/Assets/{name}")!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return new PageAsset(name, contentType, content.ToArray());
    }
}
