using Microsoft.AspNetCore.Http;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The files that pages load.</summary>
static class PageAssets
{
    /// <summary>How pages look.</summary>
    public static PageAsset Styles { get; } = PageAsset.Read("pyrepo.css", "text/css; charset=utf-8");

    /// <summary>What makes pages more convenient. They work without it.</summary>
    public static PageAsset Script { get; } = PageAsset.Read("pyrepo.js", "text/javascript; charset=utf-8");

    /// <summary>Sends one of them.</summary>
    /// <exception cref="HttpStatusException">404: there is none with this name and content.</exception>
    public static async Task SendAsync(HttpContext context, string path)
    {
        var asset = path == Styles.Path ? Styles
            : path == Script.Path ? Script
            : throw new HttpStatusException(404, "There is no such file.");
        var response = context.Response;
        response.ContentType = asset.ContentType;
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.Headers.XContentTypeOptions = "nosniff";
        response.ContentLength = asset.Bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(asset.Bytes, context.RequestAborted);
    }
}
