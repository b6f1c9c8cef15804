using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Rbac;
using PyRepo.Operator.Controllers;
using PyRepo.Operator.Manifests;
using PyRepo.Resources;

namespace PyRepo.Codegen.Rbac;

/// <summary>The rights of the operator, in one list for both modes: a cluster, or some namespaces.</summary>
static class OperatorRoles
{
    /// <summary>The name of the operator's ServiceAccount, roles and bindings.</summary>
    public const string Name = "pyrepo-operator";

    /// <summary>The namespace that the operator itself stands in.</summary>
    public const string Namespace = "pyrepo-system";

    /// <summary>The Lease of <c>pyrepo-operator run</c>.</summary>
    const string Lease = "pyrepo-operator";

    const string RbacGroup = "rbac.authorization.k8s.io";

    static readonly string[] _kinds = [.. CustomTypes.All.Select(type => type.Plural)];
    static readonly string[] _definitions = [.. _kinds.Select(kind => $"{kind}.{Resource.Group}")];
    static readonly string[] _watches = ["list", "watch"];
    static readonly string[] _keeps = ["get", "list", "watch", "create", "patch"];
    static readonly string[] _keepsAndDeletes = [.. _keeps, "delete"];

    /// <summary>
    /// In every namespace that it serves. A test knows a use of each verb: <c>Roles/UsedRights.cs</c>.
    /// </summary>
    static ImmutableArray<PolicyRule> Served =>
    [
        Rule(Resource.Group, _kinds, _watches),
        Rule(Resource.Group, [.. _kinds.Select(kind => $"{kind}/status")], ["patch"]),
        // One finalizer; ResourcesPolicy allows no other change.
        Rule(Resource.Group, ["pythonrepositories", "proxyrepositories"], ["patch"]),
        // Asked for where an owner is named that holds up its own deletion (OwnerReferencesPermissionEnforcement).
        Rule(Resource.Group, [.. _kinds.Select(kind => $"{kind}/finalizers")], ["update"]),
        Rule("", ["configmaps", "serviceaccounts", "services"], _keepsAndDeletes),
        // Data go with their owner or not at all.
        Rule("", ["persistentvolumeclaims"], _keeps),
        Rule("apps", ["deployments"], _keepsAndDeletes),
        // They erase the data of deleted resources, and go by themselves.
        Rule("batch", ["jobs"], [.. _watches, "create"]),
        Rule("networking.k8s.io", ["ingresses", "networkpolicies"], _keepsAndDeletes),
        Rule("gateway.networking.k8s.io", ["httproutes"], _keepsAndDeletes),
        Rule("policy", ["poddisruptionbudgets"], _keepsAndDeletes),
        // Backups. It makes them and removes old ones, and changes none; it gets those of others that are restored.
        Rule(ResourceTypes.VolumeSnapshots.Group, ["volumesnapshots"], ["get", .. _watches, "create", "delete"]),
        // An annotation makes a kubelet look at a pod's volumes at once; PodsPolicy allows no other change.
        Rule("", ["pods"], [.. _watches, "patch"]),
        // No get, list or watch: it makes and rotates its own (OwnSecret) without reading them. Names can't be matched
        // by a pattern here; SecretsPolicy does that.
        Rule("", ["secrets"], ["create", "patch"]),
        // What it reports; and why a volume is not there yet.
        Rule("events.k8s.io", ["events"], ["list", "create", "patch"]),
    ];

    /// <summary>In the cluster, in addition to <see cref="Served"/>: cluster-scoped objects, and paths.</summary>
    static ImmutableArray<PolicyRule> ClusterOnly =>
    [
        Rule("networking.k8s.io", ["ingressclasses"], _watches),
        Rule("storage.k8s.io", ["storageclasses"], _watches),
        Rule(ResourceTypes.VolumeSnapshots.Group, ["volumesnapshotclasses"], _watches),
        // Whether one is gone for which a host is held. It gets these by name, and neither lists nor watches them.
        Rule("", ["namespaces"], ["get"]),
        // In which versions the three kinds are stored; to have them written again, also where a status is refused.
        Rule(Resource.Group, ["repositorygroups"], ["patch"]),
        Rule("apiextensions.k8s.io", ["customresourcedefinitions"], ["get"]) with { ResourceNames = _definitions },
        Rule("apiextensions.k8s.io", ["customresourcedefinitions/status"], ["patch"]) with
        {
            ResourceNames = _definitions,
        },
        // Who signs the tokens of ServiceAccounts, for a cluster without the default binding that lets all of them ask.
        new()
        {
            NonResourceUrls = [ServiceAccountIssuer.ConfigurationPath, ServiceAccountIssuer.KeysPath],
            Verbs = ["get"],
        },
    ];

    /// <summary>In its own namespace: who leads.</summary>
    static ImmutableArray<PolicyRule> InOwnNamespace =>
    [
        Rule("coordination.k8s.io", ["leases"], ["create"]),
        Rule("coordination.k8s.io", ["leases"], ["get", "watch", "update"]) with { ResourceNames = [Lease] },
    ];

    /// <summary>
    /// In the namespace <c>default</c>: where the API servers are, to which no server may connect.
    /// </summary>
    static ImmutableArray<PolicyRule> ApiServers =>
        [Rule("discovery.k8s.io", ["endpointslices"], ["get"]) with { ResourceNames = ["kubernetes"] }];

    /// <summary>Everything, for an operator that serves all namespaces.</summary>
    public static ClusterRole ClusterRole => new()
    {
        ApiVersion = $"{RbacGroup}/v1",
        Kind = "ClusterRole",
        Metadata = new() { Name = Name },
        Rules = [.. Served, .. ClusterOnly],
    };

    /// <summary>Gives <see cref="ClusterRole"/> to the operator.</summary>
    public static ClusterRoleBinding ClusterRoleBinding => new()
    {
        ApiVersion = $"{RbacGroup}/v1",
        Kind = "ClusterRoleBinding",
        Metadata = new() { Name = Name },
        RoleRef = new() { ApiGroup = RbacGroup, Kind = "ClusterRole", Name = Name },
        Subjects = [Operator],
    };

    /// <summary>For each namespace that an operator of some namespaces serves.</summary>
    public static Role Role => RoleNamed(Name, ns: null, Served);

    /// <summary>Gives <see cref="Role"/> to the operator.</summary>
    public static RoleBinding RoleBinding => Bind(Name, ns: null);

    /// <summary>For the operator's own namespace, in both modes.</summary>
    public static Role LeaderRole => RoleNamed($"{Name}-leader", Namespace, InOwnNamespace);

    /// <summary>Gives <see cref="LeaderRole"/> to the operator.</summary>
    public static RoleBinding LeaderRoleBinding => Bind($"{Name}-leader", Namespace);

    /// <summary>For the namespace of the API servers' addresses, in both modes.</summary>
    public static Role ApiServersRole => RoleNamed($"{Name}-apiservers", "default", ApiServers);

    /// <summary>Gives <see cref="ApiServersRole"/> to the operator.</summary>
    public static RoleBinding ApiServersRoleBinding => Bind($"{Name}-apiservers", "default");

    static RoleSubject Operator => new() { Kind = "ServiceAccount", Name = Name, Namespace = Namespace };

    static Role RoleNamed(string name, string? ns, ImmutableArray<PolicyRule> rules) => new()
    {
        ApiVersion = $"{RbacGroup}/v1",
        Kind = "Role",
        Metadata = new() { Name = name, Namespace = ns },
        Rules = rules,
    };

    static RoleBinding Bind(string name, string? ns) => new()
    {
        ApiVersion = $"{RbacGroup}/v1",
        Kind = "RoleBinding",
        Metadata = new() { Name = name, Namespace = ns },
        RoleRef = new() { ApiGroup = RbacGroup, Kind = "Role", Name = name },
        Subjects = [Operator],
    };

    static PolicyRule Rule(string group, string[] resources, string[] verbs) =>
        new() { ApiGroups = [group], Resources = resources, Verbs = verbs };
}
