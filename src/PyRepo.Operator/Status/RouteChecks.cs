using System.Collections.Immutable;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Status;

/// <summary>
/// Whether clients outside can reach the repository, as far as the objects show it. The address is the business of the
/// Ingress controller.
/// </summary>
static class RouteChecks
{
    public static readonly ImmutableArray<Check> All =
    [
        new(CheckTopic.Route,
            inputs => CheckResult.From(HostAccess.Reject(inputs.Resource, inputs.Cluster, inputs.Settings))),
        new(CheckTopic.Route,
            inputs => CheckResult.From(IngressManifest.RejectAnnotations(inputs.Resource, inputs.Settings))),
        new(CheckTopic.Route, Class),
        new(CheckTopic.Route, Route),
    ];

    static CheckResult? Class(StatusInputs inputs)
    {
        if (inputs.Resource.Spec?.Gateway is not null && !inputs.Cluster.KnowsHttpRoutes)
        {
            return CheckResult.Stalled(Reason.GatewayApiMissing,
                "The cluster knows no HTTPRoutes. "
                + "Install the Gateway API, or write spec.ingress instead of spec.gateway.");
        }
        if (inputs.Resource.Spec?.Ingress is not { } ingress || inputs.Settings.Scope is not WatchScope.Cluster
            || inputs.Cluster.IngressClass is not null)
        {
            return null;
        }
        if (ingress.ClassName is { } name)
            return CheckResult.Stalled(
                Reason.IngressClassNotFound, $"spec.ingress.className: there is no IngressClass {name}.");
        return inputs.Settings.Ingress.Controller is null
            ? CheckResult.Stalled(
                Reason.NoDefaultIngressClass, "The cluster has no default IngressClass. Write spec.ingress.className.")
            : null;
    }

    static CheckResult? Route(StatusInputs inputs) => AsksForRoute(inputs) && !inputs.Observed.HasRoute
        ? CheckResult.Pending(Reason.RoutePending, "The Ingress or HTTPRoute is being created.")
        : null;

    /// <summary>Whether the resource asks for an Ingress or HTTPRoute.</summary>
    public static bool AsksForRoute(StatusInputs inputs) =>
        inputs.Resource.Spec is { Ingress: not null } or { Gateway: not null };
}
