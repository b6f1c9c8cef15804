using System.Text.Json.Nodes;

namespace PyRepo.Operator.Tests.Running;

/// <summary>
/// The definitions of snapshots, as far as the operator's objects need them. There is no CSI driver behind them: a test
/// plays the snapshot controller, and says what becomes of a snapshot.
/// </summary>
static class SnapshotApi
{
    /// <summary>Where snapshots are.</summary>
    public const string Path = "snapshot.storage.k8s.io/v1/volumesnapshots";

    static readonly string[] _definitions =
        ["crd/volumesnapshots.snapshot.storage.k8s.io", "crd/volumesnapshotclasses.snapshot.storage.k8s.io"];

    /// <summary>Installs the definitions, and waits until they are served.</summary>
    public static async Task InstallAsync(TestCluster cluster)
    {
        await cluster.ApplyAsync(Define("VolumeSnapshot", "Namespaced", "subresources: { status: {} }"));
        await cluster.ApplyAsync(Define("VolumeSnapshotClass", "Cluster", ""));
        await cluster.KubectlAsync(["wait", "--for=condition=Established", .. _definitions, KubectlTimeout.Option]);
    }

    /// <summary>Removes the definitions, and all snapshots with them.</summary>
    public static Task RemoveAsync(TestCluster cluster) => cluster.KubectlAsync(["delete", .. _definitions]);

    /// <summary>Makes a class.</summary>
    public static Task ApplyClassAsync(TestCluster cluster, string name) => cluster.ApplyAsync($$"""
        apiVersion: snapshot.storage.k8s.io/v1
        kind: VolumeSnapshotClass
        metadata: { name: {{name}} }
        driver: example.com
        deletionPolicy: Retain
        """);

    /// <summary>Makes a snapshot, as a user would.</summary>
    public static Task ApplyAsync(TestCluster cluster, string name) => cluster.ApplyAsync($$"""
        apiVersion: snapshot.storage.k8s.io/v1
        kind: VolumeSnapshot
        metadata: { name: {{name}} }
        spec: { source: { persistentVolumeClaimName: any } }
        """);

    /// <summary>The snapshots there are, by name.</summary>
    public static async Task<string[]> NamesAsync(TestCluster cluster) =>
        [.. (await cluster.ListAsync(Path)).Select(each => (string)each["metadata"]!["name"]!).Order()];

    /// <summary>Waits until there are so many snapshots, and returns their names.</summary>
    public static async Task<string[]> UntilAsync(TestCluster cluster, int count, Func<string> log)
    {
        string[] names = [];
        await Eventually.IsAsync(
            $"there are {count} snapshots", async () => (names = await NamesAsync(cluster)).Length == count, log);
        return names;
    }

    /// <summary>Says that a snapshot can be used.</summary>
    public static Task SayReadyAsync(TestCluster cluster, string name) => SayAsync(cluster, name, """
        { "readyToUse": true, "restoreSize": "4Gi", "creationTime": "2026-11-29T03:00:01Z", "error": null }
        """);

    /// <summary>Says that a snapshot could not be made.</summary>
    public static Task SayFailedAsync(TestCluster cluster, string name, string why) => SayAsync(cluster, name, $$"""
        { "readyToUse": false, "error": { "message": "{{why}}", "time": "2026-11-29T03:00:00Z" } }
        """);

    static async Task SayAsync(TestCluster cluster, string name, string status) =>
        await cluster.PatchAsync($"{Path}/{name}/status", new JsonObject { ["status"] = JsonNode.Parse(status) });

    static string Define(string kind, string scope, string more)
    {
        var plural = kind.EndsWith("Class", StringComparison.Ordinal) ? "volumesnapshotclasses" : "volumesnapshots";
        return $$"""
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: {{plural}}.snapshot.storage.k8s.io
              annotations:
                api-approved.kubernetes.io: "https://github.com/kubernetes-csi/external-snapshotter/pull/814"
            spec:
              group: snapshot.storage.k8s.io
              names: { kind: {{kind}}, listKind: {{kind}}List, plural: {{plural}} }
              scope: {{scope}}
              versions:
              - name: v1
                served: true
                storage: true
                {{more}}
                schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
            """;
    }
}
