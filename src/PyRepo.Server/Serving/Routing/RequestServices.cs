using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PyRepo.Downloads;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Advisories;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Api;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.IndexApi;
using PyRepo.Server.Endpoints.Rendering;
using PyRepo.Server.Endpoints.TrustedPublishing;
using PyRepo.Server.Endpoints.Uploads;
using PyRepo.Server.Endpoints.Web;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Serving.Routing;

/// <summary>The services that answer requests on the port for packages.</summary>
static class RequestServices
{
    /// <summary>Adds the services. Clock, memory, repositories and logs are added elsewhere.</summary>
    public static void Add(IServiceCollection services)
    {
        services
            .AddSingleton(WorkGate.Shared)
            .AddSingleton<RenderedPageCache>()
            .AddSingleton<SimplePages>()
            .AddSingleton<SimpleEndpoint>()
            .AddSingleton<JsonApiEndpoint>()
            .AddSingleton<UploadEndpoint>()
            .AddSingleton<ReleasePromotion>()
            .AddSingleton<ProjectsEndpoint>()
            .AddSingleton<StatisticsEndpoint>()
            .AddSingleton<ReplayEndpoint>()
            .AddSingleton<DownloadsEndpoint>()
            .AddSingleton<RepositoryTokens>()
            .AddSingleton<TokensEndpoint>()
            .AddSingleton<TokensPage>()
            .AddSingleton<ReleaseDetailsCache>()
            .AddSingleton<FrontPage>()
            .AddSingleton<ProjectPage>()
            .AddSingleton<UploadPage>()
            .AddSingleton<StatisticsPage>()
            .AddSingleton<RecentDownloads>()
            .AddSingleton<DownloadsPage>()
            .AddSingleton<OidcEndpoint>()
            .AddSingleton<DiscoveryEndpoint>()
            .AddSingleton<RequestBodyDrain>()
            .AddSingleton<RepositoryEndpoints>()
            .AddSingleton<RequestRouter>();
        services.AddRoutingCore();
        services.AddSingleton<MatcherPolicy, ExactPathPolicy>();
        services.Configure<RouteOptions>(options => options.SetParameterPolicy<ProjectConstraint>("project"));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(
            0,
            JsonTypeInfoResolver.Combine(
                ApiJson.Default, DownloadJson.Default, ExplanationJson.Default, OsvServiceJson.Default,
                ProblemJson.Default)));
        services.AddOpenApi(ApiDescription.Configure);
    }
}

/// <summary>The constraint <c>project</c> of a route: there is nothing at a path that names no project.</summary>
sealed class ProjectConstraint : IRouteConstraint
{
    /// <inheritdoc/>
    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values,
        RouteDirection routeDirection) =>
        values[routeKey] is string { Length: <= ServerLimits.MaxProjectNameLength } name
        && ProjectName.TryParse(name, out _);
}
