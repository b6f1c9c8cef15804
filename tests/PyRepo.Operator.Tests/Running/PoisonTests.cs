using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

public sealed class PoisonTests(ApiServer server)
{
    const string Plural = "pythonrepositories";

    [Fact]
    public async Task A_resource_that_makes_the_operator_fail_says_so_and_blocks_no_other()
    {
        var cluster = await TestCluster.CreateAsync(server);
        // An operator with a mistake: it cannot write the time until which a previous password is valid.
        using var mistaken = new OtherVersion("yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-ddTHH:mm:ss'");
        await using var running = await OperatorProcess.StartAsync(cluster, program: mistaken.Program);
        await cluster.ApplyAsync(Repository("poison"));
        await cluster.UntilAsync(Plural, "poison", "Ready", "Unknown");
        await cluster.KubectlAsync("annotate", Plural, "poison", "pyrepo.dev/rotate=1");
        await cluster.UntilAsync(Plural, "poison", "Ready", "False", "ReconcileFailed");
        await cluster.UntilAsync(Plural, "poison", "Stalled", "True", "ReconcileFailed");
        await Eventually.IsAsync("the event", async () =>
            (await cluster.GetAsync("events.k8s.io/v1/events"))!["items"]!.AsArray()
                .Any(e => (string?)e!["reason"] == "ReconcileFailed" && (string?)e["type"] == "Warning"));

        await cluster.ApplyAsync(Repository("healthy"));
        await Eventually.IsAsync(
            "the other one", async () => await cluster.GetAsync("v1/services/healthy") is not null, () => running.Log);
        Assert.True(await running.PanicsAsync() > 0, "It is counted.");
        Assert.Equal("ok\n", await running.GetAsync("livez"));

        await cluster.KubectlAsync("annotate", Plural, "poison", "pyrepo.dev/rotate-");
        await cluster.UntilAsync(Plural, "poison", "Ready", "Unknown");
    }

    static string Repository(string name) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}} }
        spec: {}
        """;
}
