using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.TrustedPublishing;

/// <summary>
/// <c>/.well-known/pytp</c> at the host's root: the endpoints of trusted publishing for an upload URL (
/// <see href="https://peps.python.org/pep-0807/">PEP 807</see>, a draft).
/// </summary>
sealed class DiscoveryEndpoint(RepositoryRegistry served)
{
    /// <summary>The path at the host's root.</summary>
    public const string Path = "/.well-known/pytp";

    /// <summary>The media type of all answers of the protocol that are no errors.</summary>
    public const string ContentType = "application/vnd.pypi.pytp.v1+json";

    static readonly MediaTypeHeaderValue _type = new(ContentType);

    /// <summary>GET: shows the endpoints for the upload URL that <c>discover</c> names.</summary>
    public Task ShowAsync(HttpContext context)
    {
        if (!Accepts(context.Request))
        {
            return OidcAnswer.RefuseAsync(
                context, StatusCodes.Status406NotAcceptable, $"This is available as {ContentType}.");
        }
        if (!context.Request.Query.TryGetValue("discover", out var values) || values is not [{ } key])
        {
            return OidcAnswer.RefuseAsync(
                context, StatusCodes.Status400BadRequest, "Name the path of one upload URL: ?discover=%2Flegacy%2F.");
        }
        if (Find(key) is not { } repository)
        {
            return OidcAnswer.RefuseAsync(
                context, StatusCodes.Status404NotFound,
                "Uploads to this URL are not possible, or not by trusted publishing.");
        }
        var folder = $"{new RepositoryRequest(context, repository).AbsoluteBase()}_/oidc/";
        return OidcAnswer.SendAsync(
            context, StatusCodes.Status200OK, ContentType,
            new TrustedPublishingEndpoints($"{folder}audience", $"{folder}mint-token"));
    }

    /// <summary>
    /// Finds the repository that takes uploads at a path, which may be that of a whole URL, if it has identity
    /// providers.
    /// </summary>
    RepositoryRegistration? Find(string key)
    {
        var path = Uri.TryCreate(key, UriKind.Absolute, out var url) && !url.IsFile ? url.AbsolutePath : key;
        return served.TryFind(Uri.UnescapeDataString(path), out var repository, out var rest)
            && Route.Parse(rest) is Route.Home or Route.Legacy
            && repository is { Uploads: not null } && TokenMint.FindAudience([repository]) is not null
                ? repository : null;
    }

    static bool Accepts(HttpRequest request) => request.Headers.Accept.Count == 0
        || (MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var types)
            && types.Any(type => type.Quality is not 0 && _type.IsSubsetOf(type)));
}

/// <summary>The URLs of a repository's endpoints.</summary>
sealed record TrustedPublishingEndpoints(
    [property: JsonPropertyName("audience-endpoint")] string AudienceEndpoint,
    [property: JsonPropertyName("token-mint-endpoint")] string TokenMintEndpoint);
