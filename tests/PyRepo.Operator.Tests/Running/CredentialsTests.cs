using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

[Trait("Kubernetes", "oldest")]
public sealed class CredentialsTests(ApiServer server)
{
    const string Plural = "pythonrepositories";
    const string Secret = "v1/secrets/team-a-credentials";
    const string Repository = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: {}
        """;

    [Fact]
    public async Task A_new_rotate_value_creates_one_new_password_and_keeps_the_previous_one_valid_for_a_while()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        var pod = await RunAsync(cluster, node);
        var first = (await TextAsync(cluster, "password"))!;
        Assert.Null(await TextAsync(cluster, "previous"));

        await RotateAsync(cluster, "x");
        await Eventually.IsAsync("another password", async () => await TextAsync(cluster, "password") != first);
        var second = (await TextAsync(cluster, "password"))!;
        Assert.Contains(
            "team-a-credentials has a new value", await cluster.UntilEventAsync("SecretRotated", "team-a"),
            StringComparison.Ordinal);
        Assert.Equal(first, await TextAsync(cluster, "previous"));
        var left = DateTimeOffset.Parse((await TextAsync(cluster, "previous-until"))!, null) - DateTimeOffset.UtcNow;
        Assert.InRange(left, TimeSpan.FromMinutes(57), TimeSpan.FromMinutes(60));
        await LookAsync(cluster, pod, "1");
        await Eventually.IsAsync("the server takes the new one", async () =>
            await pod.UploadAsync("demo", "1.0", second) == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await pod.UploadAsync("demo", "1.1", first));
        Assert.Equal(HttpStatusCode.Unauthorized, await pod.UploadAsync("demo", "1.2", "neither"));

        await cluster.PatchAsync(Secret, new JsonObject
        {
            ["stringData"] = new JsonObject
            {
                ["previous-until"] = $"{DateTimeOffset.UtcNow.AddSeconds(2):yyyy-MM-ddTHH:mm:ssZ}",
            },
        });
        await LookAsync(cluster, pod, "2");
        await Eventually.IsAsync("the first one ends with its time", async () =>
            await pod.UploadAsync("demo", "1.3", first) == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, await pod.UploadAsync("demo", "1.4", second));

        await RotateAsync(cluster, "y");
        await Eventually.IsAsync("a third password", async () => await TextAsync(cluster, "password") != second);
        Assert.Equal(second, await TextAsync(cluster, "previous"));
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
    }

    [Fact]
    public async Task Deleted_or_emptied_credentials_are_recreated_when_the_server_lacks_them()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        var pod = await RunAsync(cluster, node);
        var first = await TextAsync(cluster, "password");

        await cluster.DeleteAsync(Secret);
        await LookAsync(cluster, pod, "1");
        await Eventually.IsAsync("they are there", async () =>
        {
            await running.ReconcileAgainAsync(cluster, "v1/services/team-a");
            return await cluster.GetAsync(Secret) is not null;
        }, () => running.Log);
        var second = await TextAsync(cluster, "password");
        Assert.NotEqual(first, second);

        await cluster.PatchAsync(Secret, JsonNode.Parse("""
            { "data": { "password": null }, "stringData": { "username": "boss" } }
            """)!);
        await LookAsync(cluster, pod, "2");
        var told = "";
        await Eventually.IsAsync("a password", async () =>
        {
            await running.ReconcileAgainAsync(cluster, "v1/services/team-a");
            told = (await pod.StatusAsync())["missingSecrets"]!.ToJsonString();
            return await TextAsync(cluster, "password") is { Length: > 0 };
        }, () => $"The server lacks {told}.\n{running.Log}");
        Assert.Equal("boss", await TextAsync(cluster, "username"));
        Assert.NotEqual(second, await TextAsync(cluster, "password"));

        await cluster.PatchAsync(Secret, JsonNode.Parse("""{ "data": { "password": "" } }""")!);
        await LookAsync(cluster, pod, "3");
        await Eventually.IsAsync("a password again", async () =>
        {
            await running.ReconcileAgainAsync(cluster, "v1/services/team-a");
            return await TextAsync(cluster, "password") is { Length: > 0 };
        }, () => running.Log);
    }

    [Fact]
    public async Task The_operator_sends_no_Secret_requests_except_to_create_or_change_them()
    {
        var cluster = await TestCluster.CreateAsync(server);
        var since = server.Audit.End;
        await using (var first = await OperatorProcess.StartAsync(cluster))
        await using (var node = new FakeNode(cluster))
        {
            await RunAsync(cluster, node);
            Assert.DoesNotContain(AboutSecrets(cluster, since), r => r.Verb is not ("patch" or "create"));
            since = server.Audit.End;
            await first.ReconcileAgainAsync(cluster, "v1/services/team-a");
            await first.ReconcileAgainAsync(cluster, "v1/services/team-a");
        }
        await using var second = await OperatorProcess.StartAsync(cluster);
        await second.UntilReconcilesAsync(1);
        Assert.Empty(AboutSecrets(cluster, since));
    }

    [Fact]
    public async Task A_rotation_rejected_while_another_Secret_is_missing_is_repeated()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await using var node = new FakeNode(cluster);
        var pod = await RunAsync(cluster, node);
        var first = await TextAsync(cluster, "password");
        await cluster.DeleteAsync("v1/secrets/pyrepo-signing-key");
        await LookAsync(cluster, pod, "1");
        await Eventually.IsAsync("the server lacks the key", async () =>
            (await pod.StatusAsync())["missingSecrets"]!.ToJsonString().Contains("signing", StringComparison.Ordinal));
        await cluster.ApplyAsync(Frozen(cluster));
        await Eventually.IsAsync("nobody may change Secrets", async () => (await server.RunKubectlAsync(
            ["annotate", "secret", "team-a-credentials", "-n", cluster.Namespace, "--dry-run=server", "a=b"]))
                .ExitCode != 0);

        await RotateAsync(cluster, "x");
        await Eventually.IsAsync("the rejection is told", async () =>
            (await cluster.GetAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a"))!.ToJsonString()
                .Contains("No changes today", StringComparison.Ordinal), () => running.Log);
        await running.ReconcileAgainAsync(cluster, "v1/services/team-a");
        Assert.Equal(first, await TextAsync(cluster, "password"));

        await cluster.KubectlAsync("delete", "validatingadmissionpolicybinding", $"frozen-{cluster.Namespace}");
        await Eventually.IsAsync("another password", async () =>
        {
            await running.ReconcileAgainAsync(cluster, "v1/services/team-a");
            return await TextAsync(cluster, "password") != first;
        }, () => running.Log);
        Assert.Equal(first, await TextAsync(cluster, "previous"));
    }

    /// <summary>A policy of a platform by which the Secrets of a namespace stay as they are.</summary>
    static string Frozen(TestCluster cluster) => $$"""
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: { name: frozen-{{cluster.Namespace}} }
        spec:
          failurePolicy: Fail
          matchConstraints:
            resourceRules:
            - { apiGroups: [""], apiVersions: [v1], operations: [UPDATE], resources: [secrets] }
          matchConditions:
          - { name: here, expression: "request.namespace == '{{cluster.Namespace}}'" }
          validations:
          - expression: >-
              object.data == oldObject.data
              && object.metadata.?annotations.orValue({}) == oldObject.metadata.?annotations.orValue({})
            message: No changes today
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: { name: frozen-{{cluster.Namespace}} }
        spec: { policyName: frozen-{{cluster.Namespace}}, validationActions: [Deny] }
        """;

    [Fact]
    public async Task Existing_credentials_are_kept_even_if_their_creation_is_forgotten()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Repository);
        await cluster.UntilThereAsync("apps/v1/deployments/team-a");
        await RotateAsync(cluster, "x");
        await Eventually.IsAsync("it is rotated", async () => await TextAsync(cluster, "previous") is not null);
        var before = (await cluster.GetAsync(Secret))!["data"]!.ToJsonString();

        var uid = (string?)(await cluster.GetAsync("v1/serviceaccounts/team-a-server"))!["metadata"]!["uid"];
        await cluster.DeleteAsync("v1/serviceaccounts/team-a-server");
        await Eventually.IsAsync("the ServiceAccount is back", async () =>
            await cluster.GetAsync("v1/serviceaccounts/team-a-server") is { } back
            && (string?)back["metadata"]!["uid"] != uid);
        await running.ReconcileAgainAsync(cluster, "v1/services/team-a");
        Assert.Equal(before, (await cluster.GetAsync(Secret))!["data"]!.ToJsonString());
    }

    [Fact]
    public async Task Labels_and_the_owner_follow_the_resource_when_it_is_changed()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster);
        await cluster.ApplyAsync(Repository);
        await cluster.UntilThereAsync("apps/v1/deployments/team-a");
        var before = await TextAsync(cluster, "password");
        await cluster.PatchAsync(
            Secret, JsonNode.Parse("""{ "metadata": { "labels": { "pyrepo.dev/name": null } } }""")!);
        await cluster.ApplyAsync(Repository.Replace(
            "spec: {}", "spec: { storage: { deletionPolicy: Delete } }", StringComparison.Ordinal));
        await Eventually.IsAsync("it goes with the resource", async () =>
            (string?)(await cluster.GetAsync(Secret))!["metadata"]!["ownerReferences"]?[0]?["name"] == "team-a");
        Assert.Equal("team-a", (string?)(await cluster.GetAsync(Secret))!["metadata"]!["labels"]!["pyrepo.dev/name"]);
        Assert.Equal(before, await TextAsync(cluster, "password"));
    }

    static async Task<FakePod> RunAsync(TestCluster cluster, FakeNode node)
    {
        await cluster.ApplyAsync(Repository);
        await cluster.UntilAsync(Plural, "team-a", "Ready", "Unknown");
        await node.BindAsync("team-a-data");
        var pod = await node.RunAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        return pod;
    }

    static AuditEntry[] AboutSecrets(TestCluster cluster, AuditMark since) =>
        [.. cluster.OperatorRequests(since).Where(r => r.ObjectRef?.Resource == "secrets")];

    static Task<string> LookAsync(TestCluster cluster, FakePod pod, string value) =>
        cluster.KubectlAsync("annotate", "--overwrite", "pod", pod.Name, $"kubelet={value}");

    static Task<string> RotateAsync(TestCluster cluster, string value) =>
        cluster.KubectlAsync("annotate", "--overwrite", "pythonrepository", "team-a", $"pyrepo.dev/rotate={value}");

    static async Task<string?> TextAsync(TestCluster cluster, string key) =>
        (string?)(await cluster.GetAsync(Secret))!["data"]![key] is { } value
            ? Encoding.UTF8.GetString(Convert.FromBase64String(value)) : null;
}
