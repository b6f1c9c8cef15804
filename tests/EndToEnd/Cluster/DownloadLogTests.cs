using System.Text;
using System.Text.Json;
using EndToEnd.Clients;
using EndToEnd.Proxying;

namespace EndToEnd.Cluster;

/// <summary>
/// The download log of a group of two replicas before a repository of two, in a bucket: pods of three namespaces, a
/// token and a job of an identity provider install what later turns out to be malicious.
/// </summary>
public sealed class DownloadLogTests(ClusterMinio minio) : IClassFixture<ClusterMinio>
{
    const string Install = """
        export PIP_INDEX_URL="http://__token__:$(cat /var/run/secrets/pyrepo/token)@$INDEX.$REPOSITORIES/simple/"
        exec $PIP install --no-cache-dir --disable-pip-version-check --trusted-host $INDEX.$REPOSITORIES \
            --target /tmp/target acme-evil
        """;

    static readonly string[] _words = ["name", "pod", "node", "repository", "workflow", "run"];

    static readonly TestWheel _wheel = TestWheel.Create("acme-evil", "1.0");

    [ClusterFact(Minio.Asset)]
    public async Task The_callers_of_what_an_advisory_names_are_told_with_pod_and_node_also_after_restarts()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        await using var one = await ClusterNamespace.CreateAsync();
        await using var two = await ClusterNamespace.CreateAsync();
        await using var three = await ClusterNamespace.CreateAsync();
        ClusterNamespace[] clients = [one, two, three];
        using var folder = new TemporaryFolder();
        var machine = await Kubectl.AddressOfThisMachineAsync();
        using var certificate = await PrivateAuthority.MakeAsync(folder, machine.ToString());
        using var issuer = new TestIssuer(machine, certificate);
        await ns.ApplyAsync(Repositories(ns, issuer.Url, [.. clients.Select(client => client.Name)]));
        await ns.ApplyAsync(Advisories("acme-other"));
        await ns.UntilReadyAsync("pythonrepository/team", "repositorygroup/all");
        await TrustAsync(ns, folder);
        foreach (var name in (string[])["team", "all"])
            await ns.KubectlAsync("rollout", "status", $"deployment/{name}", KubectlTimeout.Option);
        await ns.UntilReachableAsync("/login/", "/team/login/");
        await UploadAsync(ns);

        var expected = new List<string>();
        foreach (var (number, client) in clients.Index())
        {
            var pods = await ClientPods.CreateAsync(client, ns.Name, _wheel);
            Assert.Equal("Succeeded", await pods.RunAsync($"install-{number}", "installer", Install, index: "all"));
            var node = await client.FieldAsync($"pod/install-{number}", ".spec.nodeName");
            expected.Add($"ServiceAccount {client.Name}/installer install-{number} {node}");
            if (number == 1)
                await KillOneAsync(ns, "all");
        }
        await DownloadAsync(ns, "alice", "alice");
        expected.Add("User /alice");
        var token = await MakeTokenAsync(ns);
        await DownloadAsync(ns, "__token__", token);
        await DownloadAsync(ns, "__token__", issuer.GetToken(
            ("sub", "repo:acme/app"), ("repository", "acme/app"),
            ("workflow_ref", "acme/app/.github/workflows/ci.yml@main"), ("run_id", "42")));
        expected.Add("Identity /ci:repo:acme/app acme/app acme/app/.github/workflows/ci.yml@main 42");

        // Both replicas have written what they served.
        await Eventually.IsAsync("all are in the log", async () =>
            (await RecallAsync(ns, "acme-evil==1.0")).GetProperty("downloads").GetInt32() == 6);
        await ns.ApplyAsync(Advisories("acme-evil"));
        await Eventually.IsAsync("the condition", async () =>
            (await AlarmAsync(ns)).StartsWith("6 downloads of 1 release", StringComparison.Ordinal));
        Assert.Contains("pyrepo recall acme-evil==1.0 --url", await AlarmAsync(ns), StringComparison.Ordinal);
        Assert.Equal("True", await ns.FieldAsync(
            "pythonrepository/team", ".status.conditions[?(@.type=='Ready')].status"));
        await Eventually.IsAsync("the event", async () => (await ns.KubectlAsync(
            "get", "events", "--field-selector", "reason=CompromisedFilesServed", "-o", "name")).Length > 0);
        foreach (var pod in await PodsAsync(ns, "team"))
        {
            await Eventually.IsAsync("the metric", async () => (await ns.KubectlAsync(
                "get", "--raw", $"/api/v1/namespaces/{ns.Name}/pods/{pod}:8081/proxy/metrics"))
                .Contains("project=\"acme-evil\",version=\"1.0\"} 6", StringComparison.Ordinal));
        }
        Assert.Equal(expected.Order(StringComparer.Ordinal), await CallersAsync(ns));
        await RecallByPluginAsync(ns);

        // All pods begin anew; one is killed in the middle of its work.
        await KillOneAsync(ns, "team");
        await ns.KubectlAsync("rollout", "restart", "deployment/team", "deployment/all");
        foreach (var name in (string[])["team", "all"])
            await ns.KubectlAsync("rollout", "status", $"deployment/{name}", KubectlTimeout.Option);
        await ns.UntilReachableAsync("/login/", "/team/login/");
        Assert.Equal(expected.Order(StringComparer.Ordinal), await CallersAsync(ns));
        Assert.StartsWith("6 downloads of 1 release", await AlarmAsync(ns), StringComparison.Ordinal);

        await ns.ApplyAsync(Advisories("acme-other"));
        await Eventually.IsAsync("the alarm is over", "", () => AlarmAsync(ns));
    }

    static async Task RecallByPluginAsync(ClusterNamespace ns)
    {
        using (var auditor = new KubectlPlugin { Password = "audrey" })
        {
            var table = (await auditor.RunAsync(ns, "recall", "all", "acme-evil==1.0", "--user", "audrey"))
                .MustSucceed().Output;
            Assert.StartsWith("CALLER ", table, StringComparison.Ordinal);
            foreach (var pod in (string[])["install-0", "install-1", "install-2"])
                Assert.Contains($" {pod} ", table, StringComparison.Ordinal);
            Assert.Contains("\n6 downloads by 6 callers.\n", table, StringComparison.Ordinal);
        }
        using var other = new KubectlPlugin { Password = "alice" };
        var refused = await other.RunAsync(ns, "recall", "all", "acme-evil", "--user", "alice");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("takes the role Auditor", refused.Error, StringComparison.Ordinal);
    }

    static Task<string> AlarmAsync(ClusterNamespace ns) => ns.FieldAsync(
        "pythonrepository/team", ".status.conditions[?(@.type=='CompromisedFilesServed')].message");

    static async Task<string[]> PodsAsync(ClusterNamespace ns, string name) =>
        (await ns.KubectlAsync(
            "get", "pods", "-l", $"pyrepo.dev/name={name}", "-o", "jsonpath={.items[*].metadata.name}")).Split(' ');

    static async Task KillOneAsync(ClusterNamespace ns, string name)
    {
        var pod = (await PodsAsync(ns, name))[0];
        await ns.KubectlAsync("delete", "pod", pod, "--grace-period=0", "--force");
    }

    /// <summary>
    /// Has the servers trust the authority of the identity provider, as someone would whose GitLab has one of its own.
    /// </summary>
    static async Task TrustAsync(ClusterNamespace ns, TemporaryFolder folder)
    {
        await ns.KubectlAsync("create", "configmap", "authority", $"--from-file={folder.At("ca.crt")}");
        const string patch = """
            {"spec":{"template":{"spec":{
              "volumes":[{"name":"authority","configMap":{"name":"authority"}}],
              "containers":[{"name":"server","env":[{"name":"SSL_CERT_FILE","value":"/authority/ca.crt"}],
                "volumeMounts":[{"name":"authority","mountPath":"/authority"}]}]}}}}
            """;
        await ns.KubectlAsync("patch", "deployment", "team", "--patch", patch);
        await ns.KubectlAsync("patch", "deployment", "all", "--patch", patch);
    }

    /// <summary>Tells the callers, once each: kind, name, and pod and node, or the job.</summary>
    static async Task<IEnumerable<string>> CallersAsync(ClusterNamespace ns)
    {
        var answer = await RecallAsync(ns, "--advisory", "MAL-2026-1");
        Assert.Empty(answer.GetProperty("incomplete").EnumerateArray());
        return
        [
            .. answer.GetProperty("rows").EnumerateArray().Where(row => !row.TryGetProperty("part", out _))
                .Select(row => $"{row.GetProperty("caller")} {Text(row, "namespace")}/"
                    + string.Join(' ', _words.Select(word => Text(row, word)).Where(text => text.Length > 0)))
                .Distinct().Order(StringComparer.Ordinal),
        ];
    }

    static async Task<JsonElement> RecallAsync(ClusterNamespace ns, params string[] asked)
    {
        var result = await new ProgramRun(
            PyRepoProgram.Path, ["recall", .. asked, "--url", $"{ns.Url("/")}", "--user", "audrey", "--format", "json"])
        {
            Environment = new Dictionary<string, string> { ["PYREPO_PASSWORD"] = "audrey" },
        }.RunAsync();
        return JsonDocument.Parse(result.MustSucceed().Output).RootElement;
    }

    static string Text(JsonElement row, string name) => row.TryGetProperty(name, out var text) ? text.GetString()! : "";

    static async Task UploadAsync(ClusterNamespace ns)
    {
        using var http = new HttpClient();
        using var answer = await TwineForm.SendAsync(
            http, ns.Url("/team/"), TwineForm.From(_wheel), TwineForm.Basic("alice", "alice"));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    static async Task DownloadAsync(ClusterNamespace ns, string user, string password)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = TwineForm.Basic(user, password);
        var bytes = await http.GetByteArrayAsync(ns.Url($"/packages/acme-evil/{_wheel.FileName}"));
        Assert.Equal(_wheel.Bytes, bytes);
    }

    static async Task<string> MakeTokenAsync(ClusterNamespace ns)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = TwineForm.Basic("alice", "alice");
        using var body = new StringContent("""{"role":"Reader"}""", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(ns.Url("/team/api/v1/tokens"), body);
        using var made = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return made.RootElement.GetProperty("token").GetString()!;
    }

    static string Advisories(string project) => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: ours }
        data:
          osv.json: |
            { "id": "MAL-2026-1", "modified": "2026-11-01T00:00:00Z", "affected": [ {
              "package": { "ecosystem": "PyPI", "name": "{{project}}" }, "versions": [ "1.0" ] } ] }
        """;

    string Repositories(ClusterNamespace ns, string issuer, IReadOnlyList<string> clients)
    {
        var readers = string.Join(", ", clients.Select(client =>
            $"{{ serviceAccount: {{ namespace: {client}, name: installer }} }}"));
        // Of a token that a member made, a group knows no more than that it is a user's.
        string Access(string authenticated) => $$"""
            { usersSecretRef: { name: users }, serviceAccounts: {},
              identityProviders: [ { name: ci, issuer: "{{issuer}}", audience: pyrepo } ], grants: [ {{authenticated}}
              { to: [ { identity: { provider: ci, claims: { repository: acme/app } } } ], role: Reader },
              { to: [ { user: alice } ], role: Maintainer }, { to: [ { user: audrey } ], role: Auditor },
              { to: [ {{readers}} ], role: Reader } ] }
            """.ReplaceLineEndings(" ");
        return $$"""
            {{minio.Keys()}}
            ---
            apiVersion: v1
            kind: Secret
            metadata: { name: users }
            stringData:
              htpasswd: |
                alice:$6$alicelog$I1/ngGaXwkZdmy9ChYHoYqzsYNt2bYYR.E/0HixU4/oxixavLqQRHfatm3yh.Q7gjUQx7RqK.RxsglNAYS0vZ1
                audrey:$6$audreylog$vUqtIJebgA1rb9wRS9QD6mjqIWK1BD80akxQvQaRRINqddLvUEYYGSX/mmXzPp6mo23gakLIFGDnoMVVL4yJh0
            ---
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team }
            spec:
              storage: { bucket: {{minio.Bucket(BucketRepositories.New())}} }
              access: {{Access("")}}
              advisories: { ownRef: { kind: ConfigMap, name: ours, key: osv.json } }
              ingress: { host: {{ns.Host}}, path: /team }
              server: { replicas: 2 }
            ---
            apiVersion: pyrepo.dev/v1alpha1
            kind: RepositoryGroup
            metadata: { name: all }
            spec:
              members: [ { kind: PythonRepository, name: team } ]
              downloadLog: { keepFor: 90d }
              access: {{Access("{ to: [ { authenticated: {} } ], role: Reader },")}}
              ingress: { host: {{ns.Host}} }
              server: { replicas: 2 }
            """;
    }
}
