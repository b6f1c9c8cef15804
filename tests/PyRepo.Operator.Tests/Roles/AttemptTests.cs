using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Operator.Tests.Running;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Roles;

/// <summary>What somebody attempts who has got the operator's token, and what becomes of it.</summary>
[Trait("Kubernetes", "oldest")]
public sealed class AttemptTests(ApiServer server)
{
    const string Merge = "application/merge-patch+json";
    const string Strategic = "application/strategic-merge-patch+json";
    const string Annotate = """{ "metadata": { "annotations": { "pyrepo.dev/refreshed": "1" } } }""";
    const string PodsPolicy = "'pyrepo-operator-pods'";
    const string SecretsPolicy = "'pyrepo-operator-secrets'";

    static readonly string[] _otherChanges =
    [
        """{ "metadata": { "annotations": { "pyrepo.dev/refreshed": "2", "example.com/other": "x" } } }""",
        """{ "metadata": { "annotations": { "example.com/theirs": null } } }""",
        """{ "metadata": { "annotations": { "example.com/theirs": "changed" } } }""",
        """{ "metadata": { "labels": { "example.com/other": "x" } } }""",
        """{ "metadata": { "labels": { "pyrepo.dev/name": null } } }""",
        """{ "metadata": { "finalizers": [ "example.com/stay" ] } }""",
        """{ "metadata": { "ownerReferences": null } }""",
        """{ "spec": { "containers": [ { "name": "one", "image": "example.com/other:1" } ] } }""",
        """{ "spec": { "activeDeadlineSeconds": 1 } }""",
    ];

    [Fact]
    public async Task The_operator_changes_only_one_annotation_of_its_own_pods()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await CreatePodAsync(cluster, "ours", "team-a-5f6", """
            "pyrepo.dev/kind": "PythonRepository", "pyrepo.dev/name": "team-a", "pod-template-hash": "5f6"
            """);
        await CreatePodAsync(cluster, "theirs", "team-a-5f6", "");
        await CreatePodAsync(cluster, "posing", "other-5f6", """
            "pyrepo.dev/kind": "PythonRepository", "pyrepo.dev/name": "team-a", "pod-template-hash": "5f6"
            """);
        await Eventually.IsAsync("the policy is in force", async () =>
            (await AskAsync(cluster, HttpMethod.Patch, "pods/theirs?dryRun=All", Annotate)).Status
                is not HttpStatusCode.OK);

        foreach (var pod in (string[])["theirs", "posing"])
            AssertDenied(PodsPolicy, await AskAsync(cluster, HttpMethod.Patch, $"pods/{pod}", Annotate));
        AssertDenied(PodsPolicy, await AskAsync(cluster, HttpMethod.Patch, "pods/theirs", """
            { "metadata": {
                "annotations": { "pyrepo.dev/refreshed": "1" },
                "labels": { "pyrepo.dev/kind": "x", "pyrepo.dev/name": "team-a", "pod-template-hash": "5f6" } } }
            """));
        foreach (var change in _otherChanges)
            AssertDenied(PodsPolicy, await AskAsync(cluster, HttpMethod.Patch, "pods/ours", change), change);
        foreach (var value in (string[])["\"1\"", "\"2\"", "null"])
        {
            var change = Annotate.Replace("\"1\"", value, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(cluster, HttpMethod.Patch, "pods/ours", change)).Status);
        }
    }

    [Fact]
    public async Task The_operator_changes_only_its_own_Secrets_and_cannot_read_others_through_a_patch()
    {
        var cluster = await TestCluster.CreateAsync(server);
        var other = await TestCluster.CreateAsync(server);
        await CreateSecretAsync(cluster, "db-password");
        await CreateSecretAsync(cluster, "theirs-credentials");
        await CreateSecretAsync(other, "pyrepo-signing-key");
        await CreateSecretAsync(cluster, "labeled", """{ "labels": { "pyrepo.dev/kind": "PythonRepository" } }""");
        await CreateSecretAsync(
            cluster, "ours-credentials", """{ "labels": { "pyrepo.dev/kind": "PythonRepository" } }""");
        await CreateSecretAsync(
            cluster, "kept-credentials", """{ "annotations": { "pyrepo.dev/data-of": "PythonRepository/a/kept" } }""");
        await CreateSecretAsync(
            cluster, "pyrepo-signing-key", """{ "labels": { "app.kubernetes.io/managed-by": "pyrepo-operator" } }""");
        await Eventually.IsAsync("the policy is in force", async () =>
            (await TouchAsync(cluster, "db-password")).Status is not HttpStatusCode.OK);

        (TestCluster, string)[] foreign =
        [
            (cluster, "db-password"), (cluster, "theirs-credentials"), (cluster, "labeled"),
            (other, "pyrepo-signing-key"),
        ];
        foreach (var (place, name) in foreign)
        {
            var answer = await TouchAsync(place, name);
            AssertDenied(SecretsPolicy, answer);
            Assert.DoesNotContain("c2VjcmV0", answer.Body, StringComparison.Ordinal);
        }
        AssertDenied(SecretsPolicy, await AskAsync(
            cluster, HttpMethod.Patch, "secrets/theirs-credentials?dryRun=All", """
            { "metadata": {
                "labels": { "pyrepo.dev/kind": "x" },
                "annotations": { "pyrepo.dev/data-of": "PythonRepository/a/theirs" } } }
            """));
        foreach (var name in (string[])["ours-credentials", "kept-credentials", "pyrepo-signing-key"])
            Assert.Equal(HttpStatusCode.OK, (await TouchAsync(cluster, name)).Status);
    }

    [Fact]
    public async Task The_operator_cannot_create_a_ServiceAccount_token_Secret()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await Eventually.IsAsync("the policy is in force", async () =>
            (await CreateAsOperatorAsync(cluster, "kubernetes.io/service-account-token")).Status
                is not HttpStatusCode.Created);
        AssertDenied(SecretsPolicy, await CreateAsOperatorAsync(cluster, "kubernetes.io/service-account-token"));
        Assert.Equal(
            HttpStatusCode.Created, (await CreateAsOperatorAsync(cluster, "kubernetes.io/basic-auth")).Status);
    }

    Task<(HttpStatusCode Status, string Body)> CreateAsOperatorAsync(TestCluster cluster, string type) => AskAsync(
        cluster, HttpMethod.Post, "secrets?dryRun=All", $$"""
        {
          "apiVersion": "v1", "kind": "Secret", "type": "{{type}}",
          "metadata": {
            "name": "boss-credentials", "labels": { "pyrepo.dev/kind": "x" },
            "annotations": { "kubernetes.io/service-account.name": "cluster-boss" } },
          "data": { "username": "eA==", "password": "eA==" }
        }
        """, "application/json");

    [Fact]
    public async Task The_operator_changes_only_one_finalizer_of_the_three_kinds()
    {
        const string Path = "pythonrepositories/team-a";
        const string Ours = """{ "metadata": { "finalizers": [ "pyrepo.dev/bucket-data", "example.com/theirs" ] } }""";
        var cluster = await TestCluster.CreateAsync(server);
        await cluster.ApplyAsync("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team-a, labels: { a: b }, finalizers: [ example.com/theirs ] }
            spec: { suspend: true }
            """);
        // Only tried: what was changed once is no change the next time, which anyone may ask for.
        await Eventually.IsAsync("the policy is in force", async () =>
            (await AskOfKindAsync(cluster, $"{Path}?dryRun=All", """{ "spec": { "suspend": false } }""")).Status
                is not HttpStatusCode.OK);

        foreach (var change in (string[])
            [
                """{ "spec": { "suspend": false } }""",
                """{ "spec": null }""",
                """{ "metadata": { "labels": { "a": null } } }""",
                """{ "metadata": { "annotations": { "pyrepo.dev/paused": "true" } } }""",
                """{ "metadata": { "finalizers": null } }""",
                """{ "metadata": { "finalizers": [ "pyrepo.dev/bucket-data" ] } }""",
            ])
        {
            AssertDenied("'pyrepo-operator-resources'", await AskOfKindAsync(cluster, Path, change), change);
        }
        foreach (var change in (string[])[Ours, """{ "metadata": { "finalizers": [ "example.com/theirs" ] } }"""])
            Assert.Equal(HttpStatusCode.OK, (await AskOfKindAsync(cluster, Path, change)).Status);
        await cluster.PatchAsync(
            $"pyrepo.dev/v1alpha1/{Path}", JsonNode.Parse("""{ "metadata": { "finalizers": null } }""")!);
    }

    Task<(HttpStatusCode Status, string Body)> AskOfKindAsync(TestCluster cluster, string path, string patch) =>
        AskAsync(cluster, HttpMethod.Patch, path, patch, Merge, "apis/pyrepo.dev/v1alpha1");

    [Fact]
    public async Task Secrets_are_neither_got_nor_listed_nor_watched_and_claims_not_deleted()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await CreateSecretAsync(
            cluster, "ours-credentials", """{ "labels": { "pyrepo.dev/kind": "PythonRepository" } }""");
        foreach (var path in (string[])
            ["secrets/ours-credentials", "secrets", "secrets?watch=true", "secrets?labelSelector=pyrepo.dev/kind"])
        {
            var answer = await AskAsync(cluster, HttpMethod.Get, path);
            Assert.True(answer.Status is HttpStatusCode.Forbidden, $"{path}: {answer.Body}");
        }
        Assert.Equal(HttpStatusCode.Forbidden,
            (await AskAsync(cluster, HttpMethod.Delete, "persistentvolumeclaims/team-a-data")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(cluster, HttpMethod.Get, "pods/team-a")).Status);
    }

    static void AssertDenied(string policy, (HttpStatusCode Status, string Body) answer, string attempt = "") =>
        Assert.True(
            answer.Status is HttpStatusCode.UnprocessableEntity
                && answer.Body.Contains($"ValidatingAdmissionPolicy {policy}", StringComparison.Ordinal),
            $"{attempt} was answered: {answer}");

    /// <summary>Tries a patch that changes nothing.</summary>
    Task<(HttpStatusCode Status, string Body)> TouchAsync(TestCluster cluster, string name) =>
        AskAsync(cluster, HttpMethod.Patch, $"secrets/{name}?dryRun=All", "{}", Merge);

    /// <summary>Asks as the operator.</summary>
    async Task<(HttpStatusCode Status, string Body)> AskAsync(
        TestCluster cluster, HttpMethod method, string path, string? patch = null, string type = Strategic,
        string api = "api/v1")
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"{api}/namespaces/{cluster.Namespace}/{path}");
        using var request = new HttpRequestMessage(method, new Uri(url, UriKind.Relative));
        request.Headers.Add("Impersonate-User", TestCluster.Operator);
        if (patch is not null)
            request.Content = new StringContent(patch, Encoding.UTF8, new MediaTypeHeaderValue(type));
        using var answer = await server.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    static Task CreatePodAsync(TestCluster cluster, string name, string replicaSet, string labels) =>
        cluster.CreateAsync("v1/pods", JsonNode.Parse($$"""
            { "metadata": {
                "name": "{{name}}", "labels": { {{labels}} }, "annotations": { "example.com/theirs": "x" },
                "ownerReferences": [ { "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "{{replicaSet}}",
                    "uid": "{{Guid.NewGuid()}}", "controller": true } ] },
              "spec": {
                "serviceAccountName": "team-a-server",
                "containers": [ { "name": "one", "image": "example.com/one:1" } ] } }
            """)!);

    static async Task CreateSecretAsync(TestCluster cluster, string name, string metadata = "{}")
    {
        var secret = JsonNode.Parse($$"""{ "metadata": {{metadata}}, "data": { "password": "c2VjcmV0" } }""")!;
        secret["metadata"]!["name"] = name;
        await cluster.CreateAsync("v1/secrets", secret);
    }
}
