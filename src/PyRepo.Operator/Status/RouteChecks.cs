using System.Collections.Immutable;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Status;

/// <summary>Whether clients outside find the way, as far as objects tell: an address is the controller's matter.</summary>
static class RouteChecks
{
    public static readonly ImmutableArray<Check> All =
    [
        new(CheckTopic.Route,
            facts => Finding.Of(HostClaim.Refuse(facts.Resource, facts.Around, facts.Settings))),
        new(CheckTopic.Route,
            facts => Finding.Of(IngressManifest.RefusedAnnotations(facts.Resource, facts.Settings))),
        new(CheckTopic.Route, Class),
        new(CheckTopic.Route, Route),
    ];

    static Finding? Class(Facts facts)
    {
        if (facts.Resource.Spec?.Gateway is not null && !facts.Around.KnowsHttpRoutes)
        {
            return Finding.Fault("GatewayApiMissing",
                "The cluster knows no HTTPRoutes. Install the Gateway API, or write spec.ingress instead of spec.gateway.");
        }
        if (facts.Resource.Spec?.Ingress is not { } ingress || facts.Settings.Scope is not WatchScope.Cluster
            || facts.Around.IngressClass is not null)
        {
            return null;
        }
        if (ingress.ClassName is { } name)
            return Finding.Fault("IngressClassNotFound", $"spec.ingress.className: there is no IngressClass {name}.");
        return facts.Settings.Ingress.Controller is null
            ? Finding.Fault("NoDefaultIngressClass", "The cluster has no default IngressClass. Write spec.ingress.className.")
            : null;
    }

    static Finding? Route(Facts facts) => Routes(facts) && !facts.Observed.HasRoute
        ? Finding.OnTheWay("RoutePending", "The Ingress or HTTPRoute is being made.")
        : null;

    /// <summary>Whether the resource asks for a way from outside.</summary>
    public static bool Routes(Facts facts) => facts.Resource.Spec is { Ingress: not null } or { Gateway: not null };
}
