using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PyRepo.Advisories;
using PyRepo.Server.Content.Advisories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>
/// <see href="https://google.github.io/osv.dev/api/">OSV's API</see> below <c>osv/</c>, with what OpenAPI says about it.
/// </summary>
static class OsvRoutes
{
    const string Json = "application/json";

    /// <summary>Clients send other types, too.</summary>
    const string Anything = "*/*";

    /// <summary>Adds the operations.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("osv/v1/query", (RepositoryRequest request) => OsvEndpoint.QueryAsync(request))
            .WithTags("Advisories").WithSummary("Send the known vulnerabilities of a version, as OSV does.")
            .Accepts<OsvQuery>(Json, Anything).Produces<JsonElement>();
        routes.MapPost("osv/v1/querybatch", (RepositoryRequest request) => OsvEndpoint.QueryBatchAsync(request))
            .WithTags("Advisories").WithSummary("List the ids of the known vulnerabilities of up to 1,000 versions.")
            .Accepts<OsvBatch>(Json, Anything).Produces<OsvBatchAnswer>();
        routes.MapMethods(
            $"osv/v1/vulns/{{id:maxlength({AdvisoryReader.MaxIdLength})}}", [HttpMethods.Get, HttpMethods.Head],
            (RepositoryRequest request, string id) => OsvEndpoint.ShowAsync(request, id))
            .WithTags("Advisories").WithSummary("Send a known vulnerability as a document of the OSV schema.")
            .Produces<JsonElement>();
    }
}
