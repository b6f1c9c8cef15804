using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Gateway;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The <see href="https://gateway-api.sigs.k8s.io/api-types/httproute/">HTTPRoute</see> of a repository, without a
/// request timeout.
/// </summary>
static class HttpRouteManifest
{
    /// <param name="resource">The resource.</param>
    /// <param name="hosts">Those of its hosts that it may use.</param>
    public static HttpRoute? Of(DeclaredResource resource, ImmutableArray<string> hosts) =>
        resource.Spec!.Gateway is not { } gateway
        ? null
        : new()
        {
            Metadata = ChildMetadata.Owned(resource, ChildNames.Server(resource.Name)),
            Spec = new()
            {
                ParentRefs = [.. gateway.ParentRefs.Select(
                    r => new GatewayParent { Name = r.Name, Namespace = r.Namespace, SectionName = r.SectionName })],
                Hostnames = [.. gateway.Hostnames.Where(hosts.Contains)],
                Rules =
                [
                    new()
                    {
                        Matches = [new() { Path = new() { Type = "PathPrefix", Value = "/" } }],
                        BackendRefs = [new() { Name = ChildNames.Server(resource.Name), Port = ServiceManifest.Port }],
                        Timeouts = new() { Request = "0s" },
                    },
                ],
            },
        };
}
