using PyRepo.Downloads;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>
/// Tells a member on another server who downloads a file. It is an option of the request, which nothing sends, until it
/// becomes a part of the token that this member alone accepts: no other index ever hears of it.
/// </summary>
static class RequestedDownloads
{
    static readonly HttpRequestOptionsKey<RequestedDownload> _key = new("download");

    /// <summary>Notes the download that a request is for.</summary>
    public static void Set(HttpRequestMessage request, RequestedDownload download) =>
        request.Options.Set(_key, download);

    /// <summary>Returns the download that a request is for, or null.</summary>
    public static RequestedDownload? Take(HttpRequestMessage request) =>
        request.Options.TryGetValue(_key, out var download) ? download : null;
}
