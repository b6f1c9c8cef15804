using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

[Collection(ApiServer.Collection)]
public sealed class AbsenceTests(ApiServer server)
{
    const string Plural = "pythonrepositories";
    const string Deployment = "apps/v1/deployments/team-a";

    static readonly string[] _deleted =
    [
        "v1/services/team-a", "v1/configmaps/team-a-config", "v1/serviceaccounts/team-a-server",
        "v1/secrets/pyrepo-signing-key",
    ];

    [ClusterFact]
    public async Task What_happened_while_the_operator_was_away_is_mended_and_no_pod_starts_again()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var node = new FakeNode(cluster);
        FakePod pod;
        await using (var first = await OperatorProcess.StartAsync(cluster))
        {
            await cluster.ApplyAsync(Repository(overwrite: "Never"));
            await cluster.UntilAsync(Plural, "team-a", "Ready", "Unknown");
            await node.BindAsync("team-a-data");
            pod = await node.RunAsync("team-a");
            await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
            Assert.Equal(0, await first.StopAsync());
        }
        var before = (await cluster.GetAsync(Deployment))!;

        foreach (var path in _deleted)
            await cluster.DeleteAsync(path);
        await cluster.ApplyAsync(Repository(overwrite: "Always"));
        await cluster.PatchAsync(Deployment, JsonNode.Parse("""{ "spec": { "revisionHistoryLimit": 99 } }""")!);
        using var http = new HttpClient();
        using var served = await http.GetAsync(new Uri(pod.Url, "simple/"));
        Assert.True(served.IsSuccessStatusCode, "The server serves meanwhile.");

        await using var second = await OperatorProcess.StartAsync(cluster);
        foreach (var path in _deleted)
            await Eventually.IsAsync(path, async () => await cluster.GetAsync(path) is not null, () => second.Log);
        await Eventually.IsAsync("the new spec is in force", async () =>
        {
            var resource = (await cluster.GetAsync($"pyrepo.dev/v1alpha1/{Plural}/team-a"))!;
            return (long?)resource["status"]!["observedGeneration"] == 2;
        }, () => second.Log);
        await node.SayAvailableAsync("team-a");
        await cluster.UntilAsync(Plural, "team-a", "Ready", "True");
        var after = (await cluster.GetAsync(Deployment))!;
        Assert.Equal(before["metadata"]!["uid"]!.ToJsonString(), after["metadata"]!["uid"]!.ToJsonString());
        Assert.Equal(before["spec"]!.ToJsonString(), after["spec"]!.ToJsonString());
        Assert.Equal(pod.Uid, (string?)(await cluster.GetAsync($"v1/pods/{pod.Name}"))!["metadata"]!["uid"]);
    }

    static string Repository(string overwrite) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a }
        spec: { uploads: { overwrite: {{overwrite}} } }
        """;
}
