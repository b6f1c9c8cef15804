using System.Text.Json.Nodes;
using PyRepo.Operator.Tests.Running;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Hostile;

[Collection(nameof(WholeCluster))]
public sealed class UnlistedKindTests(ApiServer server)
{
    [Fact]
    public async Task A_kind_that_cannot_be_listed_is_reported_and_stops_nothing()
    {
        const string role = "clusterrole/pyrepo-operator";
        var cluster = await TestCluster.CreateAsync(server);
        var before = (await server.RunKubectlAsync(["get", role, "-o", "json"])).MustSucceed();
        var less = JsonNode.Parse(before)!;
        foreach (var rule in less["rules"]!.AsArray())
        {
            if (rule!["resources"] is not JsonArray resources)
                continue;
            foreach (var services in resources.Where(r => (string?)r == "services").ToArray())
                resources.Remove(services);
        }
        var whole = JsonNode.Parse(before)!;
        whole["metadata"]!.AsObject().Remove("resourceVersion");
        less["metadata"]!.AsObject().Remove("resourceVersion");
        try
        {
            (await server.RunKubectlAsync(["replace", "-f", "-"], less.ToJsonString())).MustSucceed();
            await using var running = await OperatorProcess.StartAsync(
                cluster, wholeCluster: true, readiness: "Service can't be listed: ");
            await Eventually.IsAsync("only this one", async () =>
                (await running.GetAsync("readyz"))!.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [_]);
            Assert.Equal("ok\n", await running.GetAsync("livez"));
            Assert.Contains(
                "pyrepo_operator_kinds_not_listed 1\n", await running.GetAsync("metrics"), StringComparison.Ordinal);

            (await server.RunKubectlAsync(["replace", "-f", "-"], whole.ToJsonString())).MustSucceed();
            await Eventually.IsAsync(
                "it is ready", async () => await running.GetAsync("readyz") == "ok\n", () => running.Log);
            await cluster.ApplyAsync("""
                apiVersion: pyrepo.dev/v1alpha1
                kind: PythonRepository
                metadata: { name: team-a }
                spec: {}
                """);
            await cluster.UntilThereAsync("v1/services/team-a");
        }
        finally
        {
            await server.RunKubectlAsync(["replace", "-f", "-"], whole.ToJsonString());
        }
    }
}
