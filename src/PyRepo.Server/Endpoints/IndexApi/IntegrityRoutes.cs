using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PyRepo.Packaging.Names;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.IndexApi;

/// <summary>
/// PyPI's <see href="https://docs.pypi.org/api/integrity/">Integrity API</see>, with what OpenAPI says about it.
/// </summary>
static class IntegrityRoutes
{
    static readonly string _pattern =
        $"integrity/{{project:project}}/{{version:maxlength({ServerLimits.MaxVersionLength})}}/"
        + $"{{file:maxlength({ServerLimits.MaxFileNameLength})}}/provenance";

    /// <summary>Adds the operations.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods(
        _pattern, [HttpMethods.Get, HttpMethods.Head],
        (RepositoryRequest request, ProjectName project, string version, string file) =>
            ProvenanceEndpoint.SendAsync(request, project, version, file))
        .WithTags("Integrity").WithSummary("Send the attestations of a file, and who uploaded them (PEP 740).")
        .Produces<JsonElement>(StatusCodes.Status200OK, ProvenanceEndpoint.ContentType, ProvenanceEndpoint.Json);
}
