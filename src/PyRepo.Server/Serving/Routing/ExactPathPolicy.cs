using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.AspNetCore.Routing.Patterns;

namespace PyRepo.Server.Serving.Routing;

/// <summary>
/// Makes paths exact. ASP.NET Core's routing ignores case; <see cref="Endpoints.Http.Route"/> and what is in front of the
/// server do not. A rule of an Ingress for <c>api/v1/</c> would not hold for <c>API/V1/</c>.
/// </summary>
sealed class ExactPathPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    /// <summary>After the policies of ASP.NET Core.</summary>
    public override int Order => 1000;

    /// <inheritdoc/>
    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => true;

    /// <inheritdoc/>
    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var segments = httpContext.Request.Path.Value!.Split('/')[1..];
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && candidates[i].Endpoint is RouteEndpoint { RoutePattern: var pattern }
                && !IsExact(pattern, segments))
            {
                candidates.SetValidity(i, false);
            }
        }
        return Task.CompletedTask;
    }

    static bool IsExact(RoutePattern pattern, string[] segments) => pattern.PathSegments.Zip(segments).All(
        pair => pair.First is not { IsSimple: true, Parts: [RoutePatternLiteralPart literal] }
            || literal.Content == pair.Second);
}
