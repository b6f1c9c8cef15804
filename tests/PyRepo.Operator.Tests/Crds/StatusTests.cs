using System.Text.Json.Nodes;
using PyRepo.Operator.Status;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Crds;

/// <summary>
/// The definitions have room for all that the operator writes into a status: what has none is dropped.
/// </summary>
[Trait("Kubernetes", "oldest")]
public sealed class StatusTests(ApiServer server) : IAsyncLifetime
{
    static readonly DateTimeOffset _then = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly ResourceStatus _served = new()
    {
        Url = "https://pypi.example.com/",
        ObservedGeneration = 1,
        Conditions =
        [
            new()
            {
                Type = "Ready",
                Status = "True",
                ObservedGeneration = 1,
                LastTransitionTime = _then,
                Reason = "Serving",
                Message = "",
            },
        ],
        Replicas = 1,
        Selector = "pyrepo.dev/name=sample",
        ServerVersion = "0.1.0",
    };

    static readonly ResourceStatus _stored = _served with
    {
        Projects = 12,
        Files = 140,
        Size = "1177Mi",
        Storage = "PersistentVolumeClaim",
    };

    public async ValueTask InitializeAsync() => await InstalledDefinitions.InstallAsync(server);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public Task The_status_of_a_repository_is_kept_whole() => IsKeptAsync("PythonRepository", "{}", _stored);

    [Fact]
    public Task The_status_of_a_proxy_is_kept_whole() => IsKeptAsync("ProxyRepository", "{}", _stored with
    {
        Upstream = new() { Reachable = true, LastSuccess = _then },
        Mirror = new() { ProjectsDone = 1, ProjectsTotal = 2, LastSync = _then },
        Cache = new() { HitRatio = "0.93" },
    });

    [Fact]
    public Task The_status_of_a_group_is_kept_whole() => IsKeptAsync(
        "RepositoryGroup", "members: [ { kind: PythonRepository, name: team-a } ]", _served with
        {
            Members = [new() { Name = "team-a", Ready = false, Message = "It does not answer." }],
        });

    async Task IsKeptAsync(string kind, string spec, ResourceStatus status)
    {
        var ns = await server.NewNamespaceAsync();
        var document = ResourceRequests.Document(kind, "sample", spec);
        Assert.Empty(await ResourceRequests.ApplyAsync(server, ns, kind, "sample", document));
        var written = status.ToJson().GetRawText();
        var kept = (await server.RunKubectlAsync(
            ["patch", kind, "sample", "-n", ns, "--subresource=status", "--type=merge", "-o", "json",
                "-p", $$"""{"status": {{written}}}"""])).MustSucceed();
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(written), JsonNode.Parse(kept)!["status"]), kept);
    }
}
