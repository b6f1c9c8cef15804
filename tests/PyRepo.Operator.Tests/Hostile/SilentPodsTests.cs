using PyRepo.Operator.Tests.Running;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Hostile;

/// <summary>A reconcile of a resource whose pods never answer takes seconds, and one namespace can have many.</summary>
public sealed class SilentPodsTests(ApiServer server, ITestOutputHelper output)
{
    const int Count = 60;

    [Fact]
    public async Task Resources_that_are_slow_to_reconcile_do_not_delay_other_namespaces()
    {
        var bystander = await TestCluster.CreateAsync(server);
        var tenant = await TestCluster.CreateAsync(server);
        await using var silent = new HostileServer();
        var names = Enumerable.Range(0, Count).Select(n => $"slow-{n}").ToArray();
        foreach (var name in names)
        {
            await tenant.ApplyAsync(Repository(name));
            await silent.RunPodAsync(tenant, name, name);
        }
        await using var running = await OperatorProcess.StartAsync(bystander, others: [tenant.Namespace]);
        using var stop = new CancellationTokenSource();
        var changing = ChangeAsync(tenant, names, stop.Token);
        await Eventually.IsAsync(
            "a backlog", async () => changing.IsCompleted || await running.WaitingAsync() > Count * 3 / 4);

        var before = await running.ReconcilesAsync();
        await bystander.ApplyAsync(Repository("bystander"));
        await bystander.UntilThereAsync("apps/v1/deployments/bystander");
        var meanwhile = await running.ReconcilesAsync() - before;
        output.WriteLine($"{meanwhile} reconciles until the bystander's Deployment was there");
        await stop.CancelAsync();
        await changing;
        Assert.InRange(meanwhile, 0, Count / 4);
    }

    static async Task ChangeAsync(TestCluster tenant, string[] names, CancellationToken cancellationToken)
    {
        for (var n = 0; !cancellationToken.IsCancellationRequested; n++)
        {
            await tenant.AnnotateAsync(
                $"pyrepo.dev/v1alpha1/pythonrepositories/{names[n % names.Length]}", "example.com/round", $"{n}");
        }
    }

    static string Repository(string name) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}} }
        spec: { storage: { ephemeral: {} } }
        """;
}
