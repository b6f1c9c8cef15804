using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Objects.Networking;
using PyRepo.Operator.Settings;
using PyRepo.Resources;
using PyRepo.Resources.Storage;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The connections that a server may have: packages for everybody, management for the operator and whoever reads
/// metrics; outgoing only DNS, unless the server needs an upstream or members.
/// </summary>
static class NetworkPolicyManifest
{
    public static NetworkPolicy? Create(DeclaredResource resource, OperatorSettings settings) =>
        !settings.NetworkPolicy.Enabled
        ? null
        : new()
        {
            Metadata = ChildMetadata.Owned(resource, ChildNames.Server(resource.Name)),
            Spec = new()
            {
                PodSelector = new() { MatchLabels = ChildMetadata.Labels(resource) },
                PolicyTypes = ["Ingress", "Egress"],
                Ingress =
                [
                    new() { Ports = [Tcp(PodManifest.HttpPort)] },
                    new()
                    {
                        From = [.. Observers(settings).Select(Namespace)],
                        Ports = [Tcp(PodManifest.ManagementPort)],
                    },
                ],
                Egress =
                [
                    NameResolution(),
                    .. settings.NetworkPolicy.Dns.IsDefaultOrEmpty ? [] : (NetworkPolicyEgress[])[ClusterDns(settings)],
                    .. AsksOthers(resource) ? (NetworkPolicyEgress[])[Anywhere()] : [],
                    .. IdentityServers(resource),
                ],
            },
        };

    static ImmutableSortedSet<string> Observers(OperatorSettings settings) =>
        [.. settings.NetworkPolicy.MonitoringNamespaces, settings.OperatorNamespace];

    static bool AsksOthers(DeclaredResource resource) =>
        resource.Resource is not PythonRepository
        {
            Spec:
            {
                Storage: { Bucket: null, RestoreFrom: null or { Bucket: null } },
                Backup: null or { To.Bucket: null },
                Access: null or { IdentityProviders.Count: 0 },
                Advisories: null or { Source: null },
            },
        };

    static NetworkPolicyPeer Namespace(string name) =>
        new()
        {
            NamespaceSelector =
            new() { MatchLabels = ChildMetadata.Texts(("kubernetes.io/metadata.name", name)) }
        };

    /// <summary>A policy sees a pod's port, not the Service's.</summary>
    static NetworkPolicyEgress ClusterDns(OperatorSettings settings) => new()
    {
        To =
        [
            .. settings.NetworkPolicy.Dns.Select(dns => Namespace(dns.Namespace) with
            {
                PodSelector = dns.PodLabels.IsEmpty ? null : new() { MatchLabels = dns.PodLabels },
            }),
        ],
    };

    /// <summary>A resolver may be outside the cluster, or on the node at a link-local address.</summary>
    static NetworkPolicyEgress NameResolution() => new()
    {
        Ports = [new() { Protocol = "UDP", Port = 53 }, Tcp(53)],
    };

    /// <summary>Some network plugins do not match pods by address blocks, so that pods are listed separately.</summary>
    static NetworkPolicyEgress Anywhere() => new()
    {
        To =
        [
            new() { NamespaceSelector = new() },
            new() { IpBlock = new() { Cidr = "0.0.0.0/0", Except = ["169.254.0.0/16"] } },
            new() { IpBlock = new() { Cidr = "::/0", Except = ["fe80::/10"] } },
        ],
    };

    /// <summary>
    /// Where a pod without a key gets credentials by its own identity: the agent of
    /// <see href="https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html">EKS Pod Identity</see>, and
    /// <see href="https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity">GKE's metadata
    /// server</see>, which answer for the pod and not for its node.
    /// </summary>
    static IEnumerable<NetworkPolicyEgress> IdentityServers(DeclaredResource resource)
    {
        switch (CloudIdentity.GetProvider(resource))
        {
            case BucketProvider.S3:
                yield return Address("169.254.170.23/32", Tcp(80));
                break;
            case BucketProvider.GCS:
                yield return Address("169.254.169.254/32", Tcp(80));
                yield return Address("169.254.169.252/32", Tcp(988));
                break;
        }
    }

    static NetworkPolicyEgress Address(string cidr, NetworkPolicyPort port) =>
        new() { To = [new() { IpBlock = new() { Cidr = cidr } }], Ports = [port] };

    static NetworkPolicyPort Tcp(IntOrString port) => new() { Protocol = "TCP", Port = port };
}
