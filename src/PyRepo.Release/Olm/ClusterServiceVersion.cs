using System.Text.Json.Nodes;
using PyRepo.Release.Charts;
using PyRepo.Release.Files;

namespace PyRepo.Release.Olm;

/// <summary>
/// The operator as OLM installs it
/// (<see href="https://olm.operatorframework.io/docs/concepts/crds/clusterserviceversion/">ClusterServiceVersion</see>), with the
/// rights and the Deployment of <c>config/</c>.
/// </summary>
/// <param name="config">The project's manifests.</param>
/// <param name="version">The version.</param>
/// <param name="time">When it was made.</param>
/// <param name="images">The operator's image, and the servers'.</param>
sealed class ClusterServiceVersion(
    InstallationManifests config, string version, DateTimeOffset time, IReadOnlyList<ReleasedImage> images)
{
    const string Operator = "pyrepo-operator", Project = "https://github.com/pyrepo/pyrepo";

    const string Description = """
        Private Python package repositories as Kubernetes resources: hosted ones, caching proxies of PyPI and other indexes, and
        groups of both under one URL. pip, uv, twine and poetry use them.

        The servers run with the user that OpenShift assigns to their pods. On other platforms, install the operator with its
        Helm chart.

        OLM cannot install the admission policies that narrow the operator's rights, nor the Role by which it learns where the API
        servers are. Apply `policies.yaml`, which comes with the bundle, in addition: it names the namespace `pyrepo-system`.

        """;

    /// <summary>The name of this version.</summary>
    public string Name => $"{Operator}.v{version}";

    /// <summary>The whole manifest.</summary>
    public JsonObject ToJson() => new()
    {
        ["apiVersion"] = "operators.coreos.com/v1alpha1",
        ["kind"] = "ClusterServiceVersion",
        ["metadata"] = new JsonObject
        {
            ["name"] = Name,
            ["namespace"] = "placeholder",
            ["annotations"] = Annotations(),
            ["labels"] = Platforms(),
        },
        ["spec"] = new JsonObject
        {
            ["displayName"] = "PyRepo",
            ["description"] = Description,
            ["version"] = version,
            ["maturity"] = "alpha",
            ["minKubeVersion"] = "1.30.0",
            ["keywords"] = config.Chart["keywords"]!.DeepClone(),
            ["provider"] = new JsonObject { ["name"] = "The PyRepo authors", ["url"] = Project },
            ["links"] = new JsonArray(
                new JsonObject { ["name"] = "Documentation", ["url"] = $"{Project}/tree/main/docs" },
                new JsonObject { ["name"] = "Source", ["url"] = Project }),
            ["installModes"] = new JsonArray(
                Mode("OwnNamespace", false), Mode("SingleNamespace", false), Mode("MultiNamespace", false),
                Mode("AllNamespaces", true)),
            ["customresourcedefinitions"] = new JsonObject
            {
                ["owned"] = new JsonArray([.. config.Definitions.SelectMany(Owned)]),
            },
            ["relatedImages"] = new JsonArray([.. images.Select(
                image => new JsonObject { ["name"] = image.Name, ["image"] = image.Reference })]),
            ["install"] = new JsonObject { ["strategy"] = "deployment", ["spec"] = Install() },
        },
    };

    JsonObject Annotations() => new()
    {
        ["alm-examples"] = config.Examples.ToJsonString(),
        ["artifacthub.io/license"] = "Apache-2.0",
        ["capabilities"] = "Full Lifecycle",
        ["categories"] = "Developer Tools",
        ["certified"] = "false",
        ["containerImage"] = images[0].Reference,
        ["createdAt"] = Timestamp.Of(time),
        ["description"] = (string)config.Chart["description"]!,
        ["operatorframework.io/suggested-namespace"] = "pyrepo-system",
        ["repository"] = Project,
        ["support"] = "The PyRepo authors",
    };

    JsonObject Platforms()
    {
        var labels = new JsonObject { ["operatorframework.io/os.linux"] = "supported" };
        foreach (var platform in images[0].Platforms)
            labels[$"operatorframework.io/arch.{platform.Architecture}"] = "supported";
        return labels;
    }

    JsonObject Install() => new()
    {
        ["clusterPermissions"] = Permissions(config.ClusterRole),
        ["permissions"] = Permissions(config.LeaderRole),
        ["deployments"] = new JsonArray(new JsonObject
        {
            ["name"] = Operator,
            ["label"] = config.Deployment["metadata"]!["labels"]!.DeepClone(),
            ["spec"] = DeploymentSpec(),
        }),
    };

    /// <summary>As the project's own, but that the platform assigns the user.</summary>
    JsonNode DeploymentSpec()
    {
        var spec = config.Deployment["spec"]!.DeepClone();
        var pod = spec["template"]!["spec"]!;
        pod["containers"]![0]!["image"] = images[0].Reference;
        var security = pod["securityContext"]!.AsObject();
        security.Remove("runAsUser");
        security.Remove("runAsGroup");
        return spec;
    }

    static JsonArray Permissions(JsonObject role) => new(new JsonObject
    {
        ["serviceAccountName"] = Operator,
        ["rules"] = role["rules"]!.DeepClone(),
    });

    static JsonObject Mode(string type, bool isSupported) => new() { ["type"] = type, ["supported"] = isSupported };

    /// <summary>A definition in each of its versions.</summary>
    static IEnumerable<JsonObject> Owned(JsonObject definition) =>
        from version in definition["spec"]!["versions"]!.AsArray()
        select new JsonObject
        {
            ["name"] = definition["metadata"]!["name"]!.DeepClone(),
            ["version"] = version["name"]!.DeepClone(),
            ["kind"] = definition["spec"]!["names"]!["kind"]!.DeepClone(),
            ["displayName"] = definition["spec"]!["names"]!["kind"]!.DeepClone(),
            ["description"] = version["schema"]!["openAPIV3Schema"]!["description"]!.DeepClone(),
        };
}
