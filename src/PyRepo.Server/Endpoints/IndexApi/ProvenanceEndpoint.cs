using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.IndexApi;

/// <summary>
/// <c>integrity/{project}/{version}/{file}/provenance</c>: the attestations of a file, and who uploaded them.
/// </summary>
static class ProvenanceEndpoint
{
    /// <summary>The media type of the document.</summary>
    public const string ContentType = "application/vnd.pypi.integrity.v1+json";

    /// <summary>The media type for clients that accept no other.</summary>
    public const string Json = "application/json";

    /// <summary>Sends the document to whoever may read the project.</summary>
    public static async Task SendAsync(RepositoryRequest request, ProjectName project, string version, string file)
    {
        var type = TypeFor(request.Context.Request);
        var wanted = new FileRequest(project, file, null, FileContentKind.Provenance)
        {
            IsForAllBytes = !request.IsHead,
            Reject = found => found.Name.IsOf(version) ? null : new OpenAnswer.NotFound("It is of another version."),
        };
        var (answer, isPublic) = await FoundFile.OpenAsync(request, wanted);
        if (answer is OpenAnswer.Unavailable down)
            throw RejectedException.Unavailable(file, down.Reason, down.RetryAfter);
        var found = answer as OpenAnswer.Found;
        await using var content = found?.Content;
        if (content is null || !DistributionFileName.TryParse(file, project, out var name) || !name.IsOf(version))
            throw new RejectedException(RejectionReason.NotFound, $"No provenance available for {file}");
        await SendAsync(
            request, content, type,
            (isPublic ? "public, " : "private, ") + (found!.MayBeHiddenLater ? "no-cache" : "max-age=600"));
    }

    static async Task SendAsync(RepositoryRequest request, FileContent content, string type, string caching)
    {
        var response = request.Context.Response;
        response.ContentType = type;
        response.ContentLength = content.Length;
        response.Headers.ETag = content.ETag;
        response.Headers.CacheControl = caching;
        response.Headers.Vary = "Accept";
        response.Headers.XContentTypeOptions = "nosniff";
        if (EntityTags.AnyMatches(request.Context.Request.Headers.IfNoneMatch.ToString(), content.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            response.ContentLength = null;
            return;
        }
        if (request.IsHead)
            return;
        await using var stream = await content.OpenStreamAsync(0, request.Aborted);
        await stream.CopyToAsync(response.Body, request.Aborted);
    }

    /// <summary>Returns the media type that the client asks for. Browsers, who accept anything, get JSON.</summary>
    /// <exception cref="RejectedException">406: it accepts neither.</exception>
    static string TypeFor(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count == 0 || accepted.Any(type => IsAccepted(type, ContentType)))
            return ContentType;
        return accepted.Any(type => IsAccepted(type, Json))
            ? Json
            : throw new RejectedException(
                RejectionReason.NotAcceptable, $"Provenance is available as {ContentType} and {Json}.");
    }

    static bool IsAccepted(MediaTypeHeaderValue accepted, string type) =>
        accepted.Quality is not 0
        && (accepted.MatchesAllTypes || (accepted.MatchesAllSubTypes && accepted.Type == "application")
            || accepted.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase));
}
