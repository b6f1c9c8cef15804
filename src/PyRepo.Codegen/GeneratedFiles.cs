using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using PyRepo.Codegen.Crds;
using PyRepo.Codegen.Docs;
using PyRepo.Codegen.Monitoring;
using PyRepo.Codegen.Rbac;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Yaml;

namespace PyRepo.Codegen;

/// <summary>The files of the source tree that are made from the contract, and from what the operator does.</summary>
static class GeneratedFiles
{
    const string Origin =
        "# Made by ./dev generate from src/PyRepo.Resources, PyRepo.Operator and PyRepo.Codegen: change it there.\n";

    const string ChartFiles = "charts/pyrepo-operator/files";

    /// <summary>All of them: their paths below the root, and what they hold.</summary>
    public static ImmutableSortedDictionary<string, string> All() => InChart([.. Configuration()])
        .Append(new("docs/reference.md", FieldReference.Write()))
        .ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The pages of which a part is made so, as they are then.</summary>
    static IEnumerable<KeyValuePair<string, string>> Parts(string root)
    {
        const string rights = "docs/operator.md";
        yield return new(rights, RightsTable.WriteInto(File.ReadAllText(Path.Combine(root, rights))));
        const string metrics = "docs/metrics.md";
        yield return new(metrics, MetricTable.WriteInto(File.ReadAllText(Path.Combine(root, metrics))));
    }

    /// <summary>A chart can use no file outside its folder.</summary>
    static IEnumerable<KeyValuePair<string, string>> InChart(ImmutableArray<KeyValuePair<string, string>> files) =>
        files.Concat(
        files.Select(file => KeyValuePair.Create($"{ChartFiles}{file.Key.AsSpan("config".Length)}", file.Value)));

    static IEnumerable<KeyValuePair<string, string>> Configuration() => Definitions().Concat(
    [
        new("config/rbac/cluster.yaml", Yaml(
            "The operator's rights where it serves all namespaces.",
            Node(OperatorRoles.ClusterRole, KubernetesJson.Default.ClusterRole),
            Node(OperatorRoles.ClusterRoleBinding, KubernetesJson.Default.ClusterRoleBinding))),
        new("config/rbac/namespaced.yaml", Yaml(
            "The operator's rights where it serves some namespaces: to be applied in each of them (kubectl apply -n).",
            Node(OperatorRoles.Role, KubernetesJson.Default.Role),
            Node(OperatorRoles.RoleBinding, KubernetesJson.Default.RoleBinding))),
        new("config/rbac/leader.yaml", Yaml(
            "The operator's rights in its own namespace, whatever it serves.",
            Node(OperatorRoles.LeaderRole, KubernetesJson.Default.Role),
            Node(OperatorRoles.LeaderRoleBinding, KubernetesJson.Default.RoleBinding))),
        new("config/rbac/apiservers.yaml", Yaml(
            "Lets the operator read where the API servers are, which no server of a repository may connect to.",
            Node(OperatorRoles.ApiServersRole, KubernetesJson.Default.Role),
            Node(OperatorRoles.ApiServersRoleBinding, KubernetesJson.Default.RoleBinding))),
        new("config/rbac/users.yaml", Yaml(
            "What people may do with the three kinds who have Kubernetes' roles view, edit or admin.",
            Node(UserRoles.View, KubernetesJson.Default.ClusterRole),
            Node(UserRoles.Edit, KubernetesJson.Default.ClusterRole))),
        new("config/rbac/secrets-policy.yaml", Yaml(
            "Keeps the operator from writing any Secret but its own. Roles cannot express that.",
            Node(SecretsPolicy.Policy, KubernetesJson.Default.ValidatingAdmissionPolicy),
            Node(SecretsPolicy.Binding, KubernetesJson.Default.ValidatingAdmissionPolicyBinding))),
        new("config/rbac/pods-policy.yaml", Yaml(
            "Keeps the operator from changing pods, but for one annotation of its own. Roles cannot express that.",
            Node(PodsPolicy.Policy, KubernetesJson.Default.ValidatingAdmissionPolicy),
            Node(PodsPolicy.Binding, KubernetesJson.Default.ValidatingAdmissionPolicyBinding))),
        new("config/rbac/resources-policy.yaml", Yaml(
            "Keeps the operator from changing the three kinds, but for one finalizer. Roles cannot express that.",
            Node(ResourcesPolicy.Policy, KubernetesJson.Default.ValidatingAdmissionPolicy),
            Node(ResourcesPolicy.Binding, KubernetesJson.Default.ValidatingAdmissionPolicyBinding))),
        new("config/rbac/children-policy.yaml", Yaml(
            "Keeps the operator from writing what it did not make, and from starting pods that are no servers.",
            Node(ChildrenPolicy.Policy, KubernetesJson.Default.ValidatingAdmissionPolicy),
            Node(ChildrenPolicy.Binding, KubernetesJson.Default.ValidatingAdmissionPolicyBinding))),
        new("config/monitoring/rules.yaml", Yaml(
            "Alerts for Prometheus: a file of rules.", RuleFile.Create(Alerts.All))),
        .. Dashboards.All.Select(dashboard => KeyValuePair.Create(
            $"config/monitoring/dashboards/{dashboard.Uid}.json", DashboardFile.Write(dashboard))),
    ]);

    /// <summary>The paths of those that are missing in a source tree, or hold something else there.</summary>
    public static ImmutableArray<string> Stale(string root) =>
    [
        .. from file in All().Concat(Parts(root))
           let path = Path.Combine(root, file.Key)
           where !File.Exists(path) || File.ReadAllText(path) != file.Value
           select file.Key,
    ];

    /// <summary>Writes all of them into a source tree.</summary>
    public static void Write(string root)
    {
        foreach (var (name, text) in All().Concat(Parts(root)))
        {
            var path = Path.Combine(root, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
    }

    static IEnumerable<KeyValuePair<string, string>> Definitions() =>
        from definition in ResourceDefinitions.All
        let text = Origin + YamlWriter.Write(Node(definition, KubernetesJson.Default.CustomResourceDefinition))
        select KeyValuePair.Create($"config/crd/{definition.Spec.Names.Singular}.yaml", text);

    static string Yaml(string purpose, params ReadOnlySpan<JsonNode> documents) =>
        $"# {purpose}\n{Origin}{string.Join("---\n", documents.ToArray().Select(YamlWriter.Write))}";

    static JsonNode Node<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(value, type)!;
}
