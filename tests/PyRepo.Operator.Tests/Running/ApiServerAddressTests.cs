using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>What servers are told of the API servers, to which they never connect.</summary>
[Trait("Kubernetes", "oldest")]
public sealed class ApiServerAddressTests(ApiServer server)
{
    const string Resources = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: hosted }
        spec: {}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: proxy }
        spec: {}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: group }
        spec: { members: [ { kind: PythonRepository, name: hosted } ] }
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_servers_of_every_kind_receive_the_API_servers_addresses_in_every_scope(bool wholeCluster)
    {
        var cluster = await TestCluster.CreateAsync(server);
        await using var running = await OperatorProcess.StartAsync(cluster, wholeCluster: wholeCluster);
        await cluster.ApplyAsync(Resources);
        foreach (var name in (string[])["hosted", "proxy", "group"])
        {
            var path = $"v1/configmaps/{name}-config";
            await cluster.UntilThereAsync(path);
            var platform = JsonNode.Parse((string)(await cluster.GetAsync(path))!["data"]!["platform.json"]!)!;
            Assert.Equal(
                $"{InstalledOperator.ApiServerAddress}:{InstalledOperator.ApiServerPort}",
                (string?)Assert.Single(platform["apiServers"]!.AsArray()));
        }
    }
}
