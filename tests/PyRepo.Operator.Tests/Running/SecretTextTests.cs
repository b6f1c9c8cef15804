using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;
using YamlDotNet.RepresentationModel;

namespace PyRepo.Operator.Tests.Running;

/// <summary>
/// Who may write a resource may name any Secret of the namespace, and need not be allowed to read it: nothing that
/// anybody can look at has its text.
/// </summary>
public sealed class SecretTextTests(ApiServer server)
{
    const string Canary = "c4n4ry-5ecret";

    /// <summary>Each field that names a Secret, by kind and spec.</summary>
    static readonly (string Field, string Kind, string Spec)[] _fields =
    [
        ("access.usersSecretRef", "PythonRepository", "access: { usersSecretRef: { name: canary } }"),
        ("storage.bucket.credentialsSecretRef", "PythonRepository", """
            storage: { bucket: { name: canary, endpoint: "http://127.0.0.1:9", region: r, credentialsSecretRef: { name: canary } } }
            """),
        ("storage.bucket.caBundleRef", "PythonRepository", """
            storage: { bucket: { name: canary, endpoint: "https://127.0.0.1:9", region: r, credentialsSecretRef: { name: canary },
              caBundleRef: { kind: Secret, name: canary, key: text } } }
            """),
        ("storage.restoreFrom.bucket.credentialsSecretRef", "PythonRepository", """
            storage: { restoreFrom: { bucket: { name: canary, endpoint: "http://127.0.0.1:9", region: r,
              credentialsSecretRef: { name: canary } } } }
            """),
        ("storage.restoreFrom.bucket.caBundleRef", "PythonRepository", """
            storage: { restoreFrom: { bucket: { name: canary, endpoint: "https://127.0.0.1:9", region: r,
              credentialsSecretRef: { name: canary }, caBundleRef: { kind: Secret, name: canary, key: text } } } }
            """),
        ("backup.to.bucket.credentialsSecretRef", "PythonRepository", """
            backup: { to: { bucket: { name: canary, endpoint: "http://127.0.0.1:9", region: r,
              credentialsSecretRef: { name: canary } } } }
            """),
        ("backup.to.bucket.caBundleRef", "PythonRepository", """
            backup: { to: { bucket: { name: canary, endpoint: "https://127.0.0.1:9", region: r,
              credentialsSecretRef: { name: canary }, caBundleRef: { kind: Secret, name: canary, key: text } } } }
            """),
        ("upstream.credentialsSecretRef", "ProxyRepository",
            """upstream: { url: "https://upstream.invalid/simple/", credentialsSecretRef: { name: canary } }"""),
        ("upstream.caBundleRef", "ProxyRepository", """
            upstream: { url: "https://upstream.invalid/simple/", credentialsSecretRef: { name: canary },
              caBundleRef: { kind: Secret, name: canary, key: text } }
            """),
        ("ingress.tls.secretName", "PythonRepository",
            "ingress: { className: none, host: canary.example.com, tls: { secretName: canary } }"),
        ("server.imagePullSecrets", "PythonRepository", "server: { imagePullSecrets: [ { name: canary } ] }"),
    ];

    /// <summary>All keys that some field reads, each with a value that is no use and would be told if it were quoted.</summary>
    static readonly string[] _keys =
    [
        "htpasswd", "groups", "username", "password", "tokens", "previous", "url", "proxyUrl", "text",
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GOOGLE_CREDENTIALS", "AZURE_STORAGE_KEY",
    ];

    [Fact]
    public void Every_field_of_the_three_kinds_that_names_a_Secret_is_tried()
    {
        var declared = Directory.GetFiles(SourceTree.At("config", "crd")).SelectMany(GetFields).Distinct().Order();
        Assert.Equal(declared, _fields.Select(field => field.Field).Order());
    }

    [Fact]
    public async Task Secret_values_never_appear_in_logs_statuses_metrics_events_or_pages()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await CreateSecretAsync(cluster);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        var told = new List<(string Where, string Text)>();
        foreach (var (name, kind, spec) in _fields.Select((field, i) => ($"canary-{i}", field.Kind, field.Spec)))
        {
            await cluster.ApplyAsync($"""
                apiVersion: pyrepo.dev/v1alpha1
                kind: {kind}
                metadata: {"{ name: " + name + " }"}
                spec:
                  {spec.ReplaceLineEndings(" ").Trim()}
                """);
            await cluster.UntilThereAsync($"apps/v1/deployments/{name}");
            var pod = await node.RunAsync(name, becomesReady: false);
            await Eventually.IsAsync("its server knows the resource", async () =>
                (await pod.StatusAsync())["repositories"]!.AsArray().Count == 1);
            await running.ReconcileAgainAsync(cluster, $"v1/services/{name}");
            told.AddRange(await ToldByAsync(pod, name));
        }
        told.Add(("the operator's log", running.Log));
        told.Add(("the operator's metrics", (await running.GetAsync("metrics"))!));
        foreach (var path in (string[])["events.k8s.io/v1/events", "pyrepo.dev/v1alpha1/pythonrepositories",
            "pyrepo.dev/v1alpha1/proxyrepositories", "v1/configmaps", "apps/v1/deployments"])
        {
            told.Add((path, string.Concat((await cluster.ListAsync(path)).Select(o => o.ToJsonString()))));
        }
        Assert.Empty(told
            .Where(each => each.Text.Contains(Canary, StringComparison.Ordinal)).Select(each => each.Where));
    }

    static async Task<IEnumerable<(string Where, string Text)>> ToldByAsync(FakePod pod, string name)
    {
        using var http = new HttpClient();
        var told = new List<(string, string)>
        {
            ($"the log of {name}", pod.Log),
            ($"/status of {name}", (await pod.StatusAsync()).ToJsonString()),
            ($"/metrics of {name}", await pod.ManagementAsync("metrics")),
        };
        foreach (var path in (string[])["", "simple/", "simple/demo/", "project/demo/", "api/v1/why/demo/1.0"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(pod.Url, path));
            request.Headers.Accept.ParseAdd("text/html");
            using var answer = await http.SendAsync(request);
            told.Add(($"{path} of {name}", $"{answer.Headers} {await answer.Content.ReadAsStringAsync()}"));
        }
        return told;
    }

    static async Task CreateSecretAsync(TestCluster cluster) => await cluster.CreateAsync("v1/secrets", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = "canary" },
        ["stringData"] = new JsonObject(
            _keys.Select(key => KeyValuePair.Create(key, (JsonNode?)$"{Canary}-{key}: [ ==1.0\n{Canary}"))),
    });

    /// <summary>The fields whose name says that they name a Secret, or whose kind may be one.</summary>
    static IEnumerable<string> GetFields(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(file)));
        var version = yaml.Documents[0].RootNode["spec"]["versions"][0];
        return GetFields("", version["schema"]["openAPIV3Schema"]["properties"]["spec"]);
    }

    static IEnumerable<string> GetFields(string path, YamlNode schema)
    {
        if (schema is not YamlMappingNode map)
            return [];
        if (NamesSecret(path, map))
            return [path];
        var items = map.Children.TryGetValue("items", out var item) ? GetFields(path, item) : [];
        return map.Children.TryGetValue("properties", out var fields)
            ? items.Concat(((YamlMappingNode)fields).Children.SelectMany(
                field => GetFields(path.Length == 0 ? $"{field.Key}" : $"{path}.{field.Key}", field.Value)))
            : items;
    }

    static bool NamesSecret(string path, YamlMappingNode schema) =>
        path[(path.LastIndexOf('.') + 1)..].Contains("secret", StringComparison.OrdinalIgnoreCase)
        || (schema.Children.TryGetValue("properties", out var fields)
            && ((YamlMappingNode)fields).Children.TryGetValue("kind", out var kind)
            && ((YamlMappingNode)kind).Children.TryGetValue("enum", out var kinds)
            && ((YamlSequenceNode)kinds).Any(each => each.ToString() == "Secret"));
}
