using System.Collections.Immutable;

namespace PyRepo.Operator.Settings;

/// <summary>Whether, and how, connections of servers are restricted.</summary>
public sealed record NetworkPolicySettings
{
    /// <summary>Whether there is one.</summary>
    public bool Enabled { get; set; }

    /// <summary>Namespaces whose pods may read metrics, in addition to the operator's own.</summary>
    public ImmutableArray<string> MonitoringNamespaces { get; set; } = [];

    /// <summary>
    /// The cluster's DNS, to whose pods a server may connect on any port: those of OpenShift do not listen on 53.
    /// Port 53 is open to anywhere, for resolvers outside the cluster and on the node.
    /// </summary>
    public ImmutableArray<DnsPeer> Dns { get; set; } =
    [
        new()
        {
            Namespace = "kube-system",
            PodLabels = ImmutableSortedDictionary<string, string>.Empty.Add("k8s-app", "kube-dns"),
        },
        new() { Namespace = "openshift-dns" },
    ];
}
