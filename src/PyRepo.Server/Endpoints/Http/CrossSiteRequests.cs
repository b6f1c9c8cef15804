using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>
/// Rejects changes that a browser sends for a page of another site, because it adds a remembered password to them.
/// Other clients send none of the headers.
/// </summary>
static class CrossSiteRequests
{
    /// <summary>Rejects a request that may change something, if a page of another site sent it.</summary>
    /// <exception cref="RejectedException">403.</exception>
    public static void Reject(RepositoryRequest request)
    {
        var headers = request.Context.Request.Headers;
        if (IsCrossSite(headers["Sec-Fetch-Site"].ToString(), headers.Origin.ToString(), request.AbsoluteBase()))
        {
            throw new RejectedException(
                RejectionReason.Forbidden,
                "A browser sent this request for a page of another site. Only pages of this server may change "
                + "anything.");
        }
    }

    /// <summary>Returns whether a page of another site sent a request.</summary>
    /// <param name="fetchSite">
    /// The header Sec-Fetch-Site (<see href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata</see>), or nothing.
    /// Another host of the same site may belong to somebody else.
    /// </param>
    /// <param name="origin">The header Origin, which older browsers send, or nothing.</param>
    /// <param name="own">A URL of the server, as its clients see it.</param>
    public static bool IsCrossSite(string fetchSite, string origin, string own) =>
        fetchSite.Length > 0 ? fetchSite is not ("same-origin" or "none")
        : origin.Length > 0 && !IsSameOrigin(origin, own);

    static bool IsSameOrigin(string origin, string own) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var sender) && Uri.TryCreate(own, UriKind.Absolute, out var server)
        && Uri.Compare(
            sender, server, UriComponents.SchemeAndServer, UriFormat.UriEscaped,
            StringComparison.OrdinalIgnoreCase) == 0;
}
