using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Yaml;
using PyRepo.Release.Charts;
using PyRepo.Release.Files;
using PyRepo.Release.Oci;

namespace PyRepo.Release.Olm;

/// <summary>
/// A version of the operator for OLM's catalogs
/// (<see href="https://olm.operatorframework.io/docs/tasks/creating-operator-bundle/">bundle</see>): as files, and as an image.
/// </summary>
sealed class OperatorBundle
{
    const string Prefix = "operators.operatorframework.io.bundle";

    static readonly KeyValuePair<string, string>[] _annotations =
    [
        new($"{Prefix}.mediatype.v1", "registry+v1"),
        new($"{Prefix}.manifests.v1", "manifests/"),
        new($"{Prefix}.metadata.v1", "metadata/"),
        new($"{Prefix}.package.v1", "pyrepo-operator"),
        new($"{Prefix}.channels.v1", "alpha"),
        new($"{Prefix}.channel.default.v1", "alpha"),
    ];

    readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    /// <summary>Makes it from the project's manifests.</summary>
    /// <param name="config">The manifests.</param>
    /// <param name="csv">The operator as OLM installs it.</param>
    /// <param name="server">The servers' image.</param>
    public OperatorBundle(InstallationManifests config, ClusterServiceVersion csv, ReleasedImage server)
    {
        AddManifest("pyrepo-operator.clusterserviceversion", csv.ToJson());
        foreach (var (name, text) in config.DefinitionTexts)
            _files[$"manifests/{name}"] = text;
        foreach (var role in config.UserRoles)
            AddManifest($"{(string)role["metadata"]!["name"]!}.clusterrole", role);
        AddManifest("pyrepo-operator.configmap", new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = "pyrepo-operator" },
            ["data"] = new JsonObject { ["settings.json"] = Settings(server) },
        });
        _files["metadata/annotations.yaml"] =
            YamlWriter.Write(new JsonObject { ["annotations"] = JsonBytes.Map(_annotations) });
    }

    /// <summary>Its files, by their paths in the image.</summary>
    public IReadOnlyDictionary<string, string> Files => _files;

    /// <summary>Adds the image that OLM's catalogs name. It holds files and nothing that runs.</summary>
    public Descriptor AddTo(OciLayout layout, DateTimeOffset time)
    {
        var files = _files.Select(file => KeyValuePair.Create(file.Key, Encoding.UTF8.GetBytes(file.Value))).ToList();
        var layer = layout.Add(MediaTypes.Layer, Tarball.Pack(files, time));
        var config = layout.Add(MediaTypes.Config, new JsonObject
        {
            ["created"] = Timestamp.Of(time),
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject { ["Labels"] = JsonBytes.Map(_annotations) },
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = new JsonArray($"sha256:{Sha256.Hex(Tarball.Tar(files, time))}"),
            },
        });
        return layout.AddArtifact(new(Type: null, layer) { Config = config });
    }

    void AddManifest(string name, JsonObject manifest) => _files[$"manifests/{name}.yaml"] = YamlWriter.Write(manifest);

    static string Settings(ReleasedImage server) => Encoding.UTF8.GetString(JsonBytes.WriteIndented(new JsonObject
    {
        ["serverImage"] = server.Reference,
        ["server"] = new JsonObject { ["assignedUser"] = true },
    }));
}
