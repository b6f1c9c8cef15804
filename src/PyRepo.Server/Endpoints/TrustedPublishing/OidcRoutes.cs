using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace PyRepo.Server.Endpoints.TrustedPublishing;

/// <summary>The paths of trusted publishing.</summary>
static class OidcRoutes
{
    static readonly string[] _read = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds the paths.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var oidc = routes.MapGroup("/_/oidc").ExcludeFromDescription();
        oidc.MapMethods("audience", _read, (HttpContext context, OidcEndpoint endpoint) =>
            endpoint.ShowAudienceAsync(context));
        oidc.MapPost("mint-token", (HttpContext context, OidcEndpoint endpoint) => endpoint.MintAsync(context));
        // GitHub's earlier name for it.
        oidc.MapPost("github/mint-token", (HttpContext context, OidcEndpoint endpoint) => endpoint.MintAsync(context));
        routes.MapMethods(DiscoveryEndpoint.Path, _read, (HttpContext context, DiscoveryEndpoint endpoint) =>
            endpoint.ShowAsync(context)).ExcludeFromDescription();
        oidc.MapPost("burn-token", (HttpContext context, OidcEndpoint endpoint) => endpoint.BurnAsync(context));
    }
}
