using System.Text.Json.Nodes;
using PyRepo.Release.Files;

namespace PyRepo.Release.Olm;

/// <summary>A source tree's means to install the operator: <c>config/</c>, and the chart's metadata.</summary>
/// <param name="root">The source tree.</param>
sealed class InstallationManifests(string root)
{
    static readonly string[] _policies =
        ["apiservers", "secrets-policy", "pods-policy", "resources-policy", "children-policy"];

    /// <summary>The text of each CRD, by the name of its file.</summary>
    public IReadOnlyDictionary<string, string> DefinitionTexts { get; } = new SortedDictionary<string, string>(
        Tarball.TextsBelow(Path.Combine(root, "config", "crd")).ToDictionary(), StringComparer.Ordinal);

    /// <summary>The CRDs.</summary>
    public IEnumerable<JsonObject> Definitions => DefinitionTexts.Values.SelectMany(YamlFile.Parse);

    /// <summary>The operator's rights in the cluster.</summary>
    public JsonObject ClusterRole { get; } = Read(root, "rbac", "cluster").Find("ClusterRole", "pyrepo-operator");

    /// <summary>Its rights in its own namespace.</summary>
    public JsonObject LeaderRole { get; } = Read(root, "rbac", "leader").Find("Role", "pyrepo-operator-leader");

    /// <summary>The rights of users.</summary>
    public IReadOnlyList<JsonObject> UserRoles { get; } = Read(root, "rbac", "users");

    public JsonObject Deployment { get; } = Read(root, "operator", "operator").Find("Deployment", "pyrepo-operator");

    /// <summary>The text of what narrows the operator's rights, and shows it the API servers.</summary>
    public string Policies { get; } = string.Join(
        "---\n", _policies.Select(name => File.ReadAllText(Path.Combine(root, "config", "rbac", $"{name}.yaml"))));

    /// <summary>The chart's metadata.</summary>
    public JsonObject Chart { get; } = YamlFile.Read(Path.Combine(root, "charts", "pyrepo-operator", "Chart.yaml"))[0];

    /// <summary>A resource of each kind.</summary>
    public JsonArray Examples =>
        YamlFile.Parse("examples:\n" + (string)Chart["annotations"]!["artifacthub.io/crdsExamples"]!)[0]["examples"]!
            .DeepClone().AsArray();

    static IReadOnlyList<JsonObject> Read(string root, string folder, string name) =>
        YamlFile.Read(Path.Combine(root, "config", folder, $"{name}.yaml"));
}
