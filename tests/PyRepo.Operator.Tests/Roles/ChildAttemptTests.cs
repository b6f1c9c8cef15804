using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Tests.Running;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Roles;

/// <summary>
/// What somebody attempts on Deployments, ConfigMaps and the like who has got the operator's token. Each is tried as a
/// dry run, which policies judge alike.
/// </summary>
[Collection(nameof(WholeCluster))]
[Trait("Kubernetes", "oldest")]
public sealed class ChildAttemptTests(ApiServer server)
{
    const string Labels = """ "pyrepo.dev/kind": "PythonRepository", "pyrepo.dev/name": "team-a" """;
    const string Policy = "'pyrepo-operator-children'";

    const string Deployments = "apis/apps/v1/{0}/deployments";
    const string Jobs = "apis/batch/v1/{0}/jobs";
    const string HttpRoutes = "apis/gateway.networking.k8s.io/v1/{0}/httproutes";

    /// <summary>Each kind of the policy, and one that it lets the operator make.</summary>
    static readonly (string Path, string Manifest)[] _kinds =
    [
        ("api/v1/{0}/configmaps", """{ "data": { "Corefile": "evil" } }"""),
        ("api/v1/{0}/serviceaccounts", "{}"),
        ("api/v1/{0}/services", """
            { "spec": { "ports": [ { "port": 80 } ], "selector": { "pyrepo.dev/name": "team-a" } } }
            """),
        ("api/v1/{0}/persistentvolumeclaims", """
            { "spec": { "accessModes": [ "ReadWriteOnce" ], "resources": { "requests": { "storage": "1Gi" } } } }
            """),
        ("apis/networking.k8s.io/v1/{0}/networkpolicies", """
            { "spec": { "podSelector": { "matchLabels": { "pyrepo.dev/erases": "team-a" } } } }
            """),
        ("apis/networking.k8s.io/v1/{0}/ingresses", """{ "spec": { "rules": [ { "host": "a.example.com" } ] } }"""),
        ("apis/policy/v1/{0}/poddisruptionbudgets", """
            { "spec": { "selector": { "matchLabels": { "pyrepo.dev/name": "team-a" } }, "maxUnavailable": 1 } }
            """),
        (HttpRoutes, """
            { "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
              "spec": { "hostnames": [ "a.example.com" ] } }
            """),
        ("apis/snapshot.storage.k8s.io/v1/{0}/volumesnapshots", """
            { "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot",
              "spec": { "source": { "persistentVolumeClaimName": "any" } } }
            """),
        (Deployments, Workload(Deployments, _ => { })),
        (Jobs, Workload(Jobs, _ => { })),
    ];

    /// <summary>What a pod must not have, as a change of one that may be.</summary>
    static readonly (string What, Action<JsonObject> Change)[] _pods =
    [
        ("the host's network", pod => pod["hostNetwork"] = true),
        ("the host's processes", pod => pod["hostPID"] = true),
        ("the host's IPC", pod => pod["hostIPC"] = true),
        ("the host's files", pod => AddVolume(pod, """{ "name": "h", "hostPath": { "path": "/" } }""")),
        ("another ServiceAccount", pod => pod["serviceAccountName"] = "cluster-admin"),
        ("no ServiceAccount of its own", pod => pod.Remove("serviceAccountName")),
        ("a token", pod => pod.Remove("automountServiceAccountToken")),
        ("a projected token", pod => AddVolume(pod, """
            { "name": "t", "projected": { "sources": [ { "serviceAccountToken": { "path": "token" } } ] } }
            """)),
        ("a projected token for the API", pod => AddVolume(pod, """
            { "name": "t", "projected": { "sources": [
                { "serviceAccountToken": { "path": "token", "audience": "https://kubernetes.default.svc" } } ] } }
            """)),
        ("privilege", pod => pod["containers"]![0]!["securityContext"] = new JsonObject { ["privileged"] = true }),
        ("a way to privilege", pod => Security(pod).Remove("allowPrivilegeEscalation")),
        ("a capability", pod => Security(pod)["capabilities"] = JsonNode.Parse("""{ "add": [ "SYS_ADMIN" ] }""")),
        ("privilege at its start", pod => pod["initContainers"] = JsonNode.Parse("""
            [ { "name": "i", "image": "i:1", "securityContext": { "privileged": true } } ]
            """)),
        ("a port of the host", pod => pod["containers"]![0]!["ports"] = JsonNode.Parse("""
            [ { "containerPort": 8080, "hostPort": 80 } ]
            """)),
        ("root", pod => Security(pod)["runAsUser"] = 0),
        ("root perhaps", pod => Security(pod)["runAsNonRoot"] = false),
        ("no seccomp", pod => Security(pod)["seccompProfile"] = new JsonObject { ["type"] = "Unconfined" }),
        ("another SELinux type", pod => Security(pod)["seLinuxOptions"] = new JsonObject { ["type"] = "spc_t" }),
        ("root in all containers", pod => pod["securityContext"]!["runAsUser"] = 0),
        ("no seccomp in all", pod => pod["securityContext"]!["seccompProfile"] =
            new JsonObject { ["type"] = "Unconfined" }),
        ("a node of its choice", pod => pod["nodeName"] = "control-plane"),
        ("a kernel parameter", pod => pod["securityContext"]!["sysctls"] = JsonNode.Parse("""
            [ { "name": "kernel.msgmax", "value": "1" } ]
            """)),
        ("another server's files", pod => AddVolume(pod, """{ "name": "h", "nfs": { "server": "a", "path": "/" } }""")),
        ("a driver's files", pod => AddVolume(pod, """{ "name": "h", "csi": { "driver": "any" } }""")),
        ("what is projected otherwise", pod => AddVolume(pod, """
            { "name": "t", "projected": { "sources": [ { "downwardAPI": { "items": [
                { "path": "a", "fieldRef": { "fieldPath": "metadata.name" } } ] } } ] } }
            """)),
    ];

    [Fact]
    public void Each_kind_that_the_policy_names_is_tried() => Assert.Equal(
        GrantedRights.GetResources("children-policy.yaml").Order(),
        _kinds.Select(kind => kind.Path.Split('/')[^1]).Order());

    [Fact]
    public async Task The_operator_creates_changes_and_deletes_only_its_own_objects()
    {
        var cluster = await InForceAsync();
        await cluster.ApplyAsync(GatewayApi.HttpRoutes);
        await cluster.KubectlAsync("wait", "--for=condition=Established", GatewayApi.Definition, KubectlTimeout.Option);
        await SnapshotApi.InstallAsync(cluster);
        var granted = GrantedRights.From("cluster.yaml");
        foreach (var (path, manifest) in _kinds)
        {
            AssertDenied(await TryAsync(cluster, HttpMethod.Post, path, With(manifest, "theirs", "")), path);
            var ours = GetChild(path);
            AssertAllowed(await TryAsync(cluster, HttpMethod.Post, path, With(manifest, ours, Labels)), path);

            await cluster.CreateAsync(GetPath(path), JsonNode.Parse(With(manifest, "theirs", ""))!);
            await cluster.CreateAsync(GetPath(path), JsonNode.Parse(With(manifest, ours, Labels))!);
            var labeled = $$"""{ "metadata": { "labels": { {{Labels}} } } }""";
            await TryBothAsync("patch", HttpMethod.Patch, labeled);
            await TryBothAsync("delete", HttpMethod.Delete);

            async Task TryBothAsync(string verb, HttpMethod method, string? body = null)
            {
                if (!granted.Any(right => right.Verb == verb && right.Resource == path.Split('/')[^1]))
                    return;
                AssertDenied(await TryAsync(cluster, method, $"{path}/theirs", body), path);
                AssertAllowed(await TryAsync(cluster, method, $"{path}/{ours}", body), path);
            }
        }
        await cluster.KubectlAsync("delete", GatewayApi.Definition);
        await SnapshotApi.RemoveAsync(cluster);
    }

    [Fact]
    public async Task A_snapshot_shows_no_volume_but_a_claims_and_is_called_by_its_resource()
    {
        const string Path = "apis/snapshot.storage.k8s.io/v1/{0}/volumesnapshots";
        var cluster = await InForceAsync();
        await SnapshotApi.InstallAsync(cluster);
        var longName = new string('a', 52);
        var labelsOfLong = Labels.Replace("team-a", longName, StringComparison.Ordinal);
        AssertAllowed(await TryAsync(cluster, HttpMethod.Post, Path, With(
            Snapshot("persistentVolumeClaimName"), ChildNames.Snapshot(longName, default), labelsOfLong)), longName);
        AssertDenied(await TryAsync(
            cluster, HttpMethod.Post, Path, With(Snapshot("persistentVolumeClaimName"), "other-1", Labels)));
        AssertDenied(await TryAsync(
            cluster, HttpMethod.Post, Path, With(Snapshot("volumeSnapshotContentName"), "team-a-1", Labels)));
        await SnapshotApi.RemoveAsync(cluster);

        static string Snapshot(string source) => $$"""
            { "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot",
              "spec": { "source": { "{{source}}": "any" } } }
            """;
    }

    [Theory]
    [InlineData("")]
    [InlineData(""" "pyrepo.dev/kind": "PythonRepository" """)]
    [InlineData(""" "pyrepo.dev/kind": "", "pyrepo.dev/name": "team-a" """)]
    [InlineData(""" "pyrepo.dev/kind": "PythonRepository", "pyrepo.dev/name": "" """)]
    public async Task Objects_without_the_label_of_their_resource_cannot_be_created(string labels)
    {
        var cluster = await InForceAsync();
        foreach (var (path, manifest) in ((string, string)[])
            [
                ("apis/networking.k8s.io/v1/{0}/networkpolicies", """{ "spec": { "podSelector": {} } }"""),
                ("apis/policy/v1/{0}/poddisruptionbudgets", """{ "spec": { "selector": {}, "maxUnavailable": 0 } }"""),
                ("api/v1/{0}/services", """
                    { "spec": { "ports": [ { "port": 53 } ], "selector": { "k8s-app": "kube-dns" } } }
                    """),
                ("api/v1/{0}/services", """{ "spec": { "type": "ExternalName", "externalName": "a.example.com" } }"""),
            ])
        {
            AssertDenied(await TryAsync(cluster, HttpMethod.Post, path, With(manifest, "team-a", labels)), path);
        }
    }

    [Fact]
    public async Task Created_objects_must_have_the_name_of_a_child()
    {
        var cluster = await InForceAsync();
        foreach (var name in (string[])["aws-auth", "cluster-info", "other", "team-b-config", "team-a-other"])
        {
            AssertDenied(
                await TryAsync(cluster, HttpMethod.Post, "api/v1/{0}/configmaps", With("{}", name, Labels)), name);
        }
        AssertDenied(await TryAsync(cluster, HttpMethod.Post, "api/v1/{0}/configmaps", $$"""
            { "metadata": { "generateName": "team-a-", "labels": { {{Labels}} } } }
            """));
    }

    [Theory]
    [InlineData("apis/networking.k8s.io/v1/{0}/networkpolicies", """{ "spec": { "podSelector": {} } }""")]
    [InlineData("apis/networking.k8s.io/v1/{0}/networkpolicies",
        """{ "spec": { "podSelector": { "matchLabels": { "k8s-app": "kube-dns" } } } }""")]
    [InlineData("apis/policy/v1/{0}/poddisruptionbudgets", """{ "spec": { "selector": {}, "maxUnavailable": 0 } }""")]
    [InlineData("api/v1/{0}/services",
        """{ "spec": { "ports": [ { "port": 80 } ], "selector": { "app": "theirs" } } }""")]
    [InlineData("api/v1/{0}/services", """
        { "spec": { "ports": [ { "port": 80 } ], "externalIPs": [ "203.0.113.9" ],
            "selector": { "pyrepo.dev/name": "team-a" } } }
        """)]
    [InlineData("api/v1/{0}/services", """
        { "spec": { "ports": [ { "port": 80 } ], "type": "NodePort", "selector": { "pyrepo.dev/name": "team-a" } } }
        """)]
    [InlineData("apis/networking.k8s.io/v1/{0}/ingresses", """
        { "spec": { "rules": [ { "host": "a.example.com", "http": { "paths": [ { "path": "/", "pathType": "Prefix",
            "backend": { "service": { "name": "dashboard", "port": { "number": 80 } } } } ] } } ] } }
        """)]
    [InlineData("apis/networking.k8s.io/v1/{0}/ingresses", """
        { "spec": { "defaultBackend": { "service": { "name": "team-a", "port": { "number": 80 } } } } }
        """)]
    [InlineData(
        "api/v1/{0}/services", """{ "spec": { "type": "ExternalName", "externalName": "evil.example.com" } }""")]
    public async Task The_operator_selects_its_own_servers_alone(string path, string manifest)
    {
        var cluster = await InForceAsync();
        AssertDenied(await TryAsync(cluster, HttpMethod.Post, path, With(manifest, "team-a", Labels)), path);
    }

    [Theory]
    [InlineData(Deployments)]
    [InlineData(Jobs)]
    public async Task The_operator_starts_no_pods_but_servers(string path)
    {
        var cluster = await InForceAsync();
        var answer = await TryAsync(cluster, HttpMethod.Post, path, Workload(path, _ => { }));
        Assert.True(answer.Status is HttpStatusCode.Created, answer.Body);
        foreach (var (what, change) in _pods)
            AssertDenied(await TryAsync(cluster, HttpMethod.Post, path, Workload(path, change)), what);
    }

    [Fact]
    public async Task The_operator_changes_no_Deployment_to_one_that_starts_other_pods()
    {
        const string Path = Deployments;
        var cluster = await InForceAsync();
        await cluster.CreateAsync(GetPath(Path), JsonNode.Parse(Workload(Path, _ => { }))!);
        AssertDenied(await TryAsync(cluster, HttpMethod.Patch, $"{Path}/team-a", """
            { "spec": { "template": { "spec": { "hostNetwork": true } } } }
            """));
        var answer = await TryAsync(
            cluster, HttpMethod.Patch, $"{Path}/team-a", """{ "spec": { "revisionHistoryLimit": 3 } }""");
        Assert.True(answer.Status is HttpStatusCode.OK, answer.Body);

        // What somebody else added is not the operator's, and does not keep it from its own work.
        await cluster.PatchAsync($"{GetPath(Path)}/team-a", JsonNode.Parse("""
            { "spec": { "template": { "spec": { "hostNetwork": true } } } }
            """)!);
        answer = await TryAsync(
            cluster, HttpMethod.Patch, $"{Path}/team-a", """{ "spec": { "revisionHistoryLimit": 4 } }""");
        Assert.True(answer.Status is HttpStatusCode.OK, answer.Body);
        foreach (var more in (string[])
            [
                """{ "hostPID": true }""",
                """{ "volumes": [ { "name": "h", "hostPath": { "path": "/" } } ] }""",
                """{ "containers": [ { "name": "b", "image": "i:1", "securityContext": { "privileged": true } } ] }""",
                """{ "serviceAccountName": "cluster-admin" }""",
            ])
        {
            var change = $$"""{ "spec": { "template": { "spec": {{more}} } } }""";
            AssertDenied(await TryAsync(cluster, HttpMethod.Patch, $"{Path}/team-a", change), more);
        }
    }

    [Fact]
    public async Task The_hosts_of_the_cluster_are_the_one_ConfigMap_without_labels_that_the_operator_writes()
    {
        await InForceAsync();
        var home = new TestCluster(server, InstalledOperator.Namespace);
        const string Path = "api/v1/{0}/configmaps";
        AssertDenied(await TryAsync(home, HttpMethod.Post, Path, With("{}", "other", "")));
        var answer = await TryAsync(home, HttpMethod.Post, Path, With("{}", "pyrepo-hosts", ""));
        Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.Conflict, answer.Body);
    }

    async Task<TestCluster> InForceAsync()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await Eventually.IsAsync("the policy is in force", async () => (await TryAsync(
            cluster, HttpMethod.Post, _kinds[0].Path, With(_kinds[0].Manifest, "x", ""))).Status
                is not HttpStatusCode.Created);
        return cluster;
    }

    static void AssertAllowed((HttpStatusCode Status, string Body) answer, string attempt) => Assert.True(
        answer.Status is HttpStatusCode.OK or HttpStatusCode.Created, $"{attempt} was answered: {answer}");

    static void AssertDenied((HttpStatusCode Status, string Body) answer, string attempt = "") => Assert.True(
        answer.Status is HttpStatusCode.UnprocessableEntity
            && answer.Body.Contains($"ValidatingAdmissionPolicy {Policy}", StringComparison.Ordinal),
        $"{attempt} was answered: {answer}");

    async Task<(HttpStatusCode Status, string Body)> TryAsync(
        TestCluster cluster, HttpMethod method, string path, string? body = null)
    {
        var url = path.Replace("{0}", $"namespaces/{cluster.Namespace}", StringComparison.Ordinal) + "?dryRun=All";
        using var request = new HttpRequestMessage(method, new Uri(url, UriKind.Relative));
        request.Headers.Add("Impersonate-User", TestCluster.Operator);
        if (body is not null)
        {
            var type = method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json";
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
        }
        using var answer = await server.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>As <see cref="TestCluster"/> has it.</summary>
    static string GetPath(string path) => path.Replace("/{0}", "", StringComparison.Ordinal)
        .Replace("apis/", "", StringComparison.Ordinal).Replace("api/", "", StringComparison.Ordinal);

    /// <summary>The name of the resource's child of a kind.</summary>
    static string GetChild(string path) => path.Split('/')[^1] switch
    {
        "configmaps" => "team-a-config",
        "serviceaccounts" => "team-a-server",
        "persistentvolumeclaims" => "team-a-data",
        "jobs" => "team-a-erase-1234",
        "volumesnapshots" => "team-a-20261129t030000z",
        _ => "team-a",
    };

    static string With(string manifest, string name, string labels)
    {
        var made = JsonNode.Parse(manifest)!;
        made["metadata"] = JsonNode.Parse($$"""{ "name": "{{name}}", "labels": { {{labels}} } }""");
        return made.ToJsonString();
    }

    static string Workload(string path, Action<JsonObject> change)
    {
        var isJob = path.EndsWith("jobs", StringComparison.Ordinal);
        var made = JsonNode.Parse($$"""
            {
              "metadata": { "name": "{{GetChild(path)}}", "labels": { {{Labels}} } },
              "spec": {
                "template": {
                  "metadata": { "labels": { "app": "x" } },
                  "spec": {
                    "serviceAccountName": "team-a-server", "automountServiceAccountToken": false,
                    "securityContext": { "runAsNonRoot": true, "seccompProfile": { "type": "RuntimeDefault" } },
                    "containers": [
                      { "name": "one", "image": "i:1", "securityContext": { "allowPrivilegeEscalation": false } } ],
                    "volumes": [
                      { "name": "identity", "projected": { "sources": [
                        { "serviceAccountToken": { "path": "token", "audience": "sts.amazonaws.com" } } ] } } ] } } }
            }
            """)!;
        var pod = made["spec"]!["template"]!["spec"]!.AsObject();
        if (isJob)
            pod["restartPolicy"] = "Never";
        else
            made["spec"]!["selector"] = JsonNode.Parse("""{ "matchLabels": { "app": "x" } }""");
        change(pod);
        return made.ToJsonString();
    }

    static void AddVolume(JsonObject pod, string volume) => pod["volumes"]!.AsArray().Add(JsonNode.Parse(volume));

    static JsonObject Security(JsonObject pod) => pod["containers"]![0]!["securityContext"]!.AsObject();
}
