using PyRepo.Operator.Tests.Running;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Hostile;

public sealed class TooManyResourcesTests(ApiServer server)
{
    const string Plural = "pythonrepositories";

    [Fact]
    public async Task Only_the_oldest_resources_of_a_namespace_are_reconciled_until_some_are_deleted()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, """, "maxResourcesPerNamespace": 2""");
        await cluster.ApplyAsync(Repository("a"));
        await cluster.UntilThereAsync("v1/services/a");
        await cluster.ApplyAsync($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: RepositoryGroup
            metadata: { name: b }
            spec: { members: [ { kind: PythonRepository, name: a } ] }
            """);
        await cluster.UntilThereAsync("v1/services/b");
        foreach (var name in (string[])["c", "d"])
        {
            await cluster.ApplyAsync(Repository(name));
            await cluster.UntilAsync(Plural, name, "Ready", "False", "TooManyResources");
            await cluster.UntilAsync(Plural, name, "Stalled", "True", "TooManyResources");
            Assert.Null(await cluster.GetAsync($"v1/services/{name}"));
        }
        Assert.Contains(
            "more than 2 ", await cluster.MessageAsync(Plural, "c", "Ready"), StringComparison.Ordinal);

        await cluster.DeleteAsync("pyrepo.dev/v1alpha1/repositorygroups/b");
        await cluster.UntilThereAsync("v1/services/c");
        await cluster.UntilAsync(Plural, "c", "Ready", "Unknown");
        Assert.Null(await cluster.ConditionAsync(Plural, "c", "Stalled"));
        await cluster.UntilAsync(Plural, "d", "Ready", "False", "TooManyResources");
        Assert.Null(await cluster.GetAsync("v1/services/d"));
        Assert.DoesNotContain("is forbidden", running.Log, StringComparison.Ordinal);
    }

    static string Repository(string name) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}} }
        spec: {}
        """;
}
