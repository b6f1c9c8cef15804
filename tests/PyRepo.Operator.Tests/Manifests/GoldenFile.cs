using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Yaml;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Tests.Manifests;

/// <summary>
/// What children are expected to look like: <c>Golden/NAME.yaml</c>, rewritten when PYREPO_UPDATE_GOLDEN is 1.
/// </summary>
static class GoldenFile
{
    public static void Check(string name, DesiredState desired)
    {
        JsonNode?[] documents =
        [
            Node(ResourceTypes.ServiceAccounts, desired.ServiceAccount),
            Node(ResourceTypes.NetworkPolicies, desired.NetworkPolicy),
            Node(ResourceTypes.ConfigMaps, desired.ConfigMap),
            Node(ResourceTypes.PersistentVolumeClaims, desired.PersistentVolumeClaim),
            Node(ResourceTypes.Services, desired.Service),
            Node(ResourceTypes.Deployments, desired.Deployment),
            Node(ResourceTypes.PodDisruptionBudgets, desired.DisruptionBudget),
            Node(ResourceTypes.Ingresses, desired.Ingress),
            Node(ResourceTypes.HttpRoutes, desired.HttpRoute),
        ];
        Assert.Equal(
            desired.Objects.Select(child => child.Identity.Kind).Order(),
            documents.OfType<JsonNode>().Select(document => (string)document["kind"]!).Order());
        Check(name, documents);
    }

    public static void Check(string name, IEnumerable<JsonNode?> documents)
    {
        var text = string.Join("---\n", documents.OfType<JsonNode>().Select(YamlWriter.Write));
        var path = SourceTree.At("tests", "PyRepo.Operator.Tests", "Golden", $"{name}.yaml");
        if (Environment.GetEnvironmentVariable("PYREPO_UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, text);
        Assert.True(File.Exists(path),
            $"{path} is missing: run the test with PYREPO_UPDATE_GOLDEN=1 and look at what it writes.");
        Assert.Equal(File.ReadAllText(path), text);
    }

    public static JsonNode? Node<T>(ResourceType<T> type, T? value) where T : KubernetesObject => value is null
        ? null
        : JsonSerializer.SerializeToNode(value with { ApiVersion = type.ApiVersion, Kind = type.Kind }, type.Json);
}
