using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PyRepo.Packaging.Names;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Serving.Routing;

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
