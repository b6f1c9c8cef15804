using PyRepo.Kubernetes.Objects.Gateway;
using PyRepo.Kubernetes.Objects.Networking;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Controllers;

/// <summary>The part of Ingresses and HTTPRoutes that is kept, whoever made them: each host once.</summary>
static class RoutedHosts
{
    public static IngressHosts Trim(IngressHosts ingress) => new()
    {
        Metadata = BoundedMetadata.NameAndAge(ingress.Metadata),
        Spec = new() { Rules = [.. Distinct(ingress.Spec?.Hosts).Select(host => new IngressHost { Host = host })] },
    };

    public static HttpRouteHosts Trim(HttpRouteHosts route) => new()
    {
        Metadata = BoundedMetadata.NameAndAge(route.Metadata),
        Spec = new() { Hostnames = [.. Distinct(route.Spec?.Hostnames)] },
    };

    /// <summary>As how many objects it counts.</summary>
    public static int GetCount(IngressHosts ingress) => 1 + (ingress.Spec?.Rules?.Count ?? 0);

    /// <inheritdoc cref="GetCount(IngressHosts)"/>
    public static int GetCount(HttpRouteHosts route) => 1 + (route.Spec?.Hostnames?.Count ?? 0);

    static IEnumerable<string> Distinct(IEnumerable<string>? hosts) =>
        (hosts ?? []).Select(DeclaredHosts.Lowercase).Distinct();
}
