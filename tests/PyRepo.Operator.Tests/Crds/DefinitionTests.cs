using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Crds;

/// <summary>What a user of kubectl has of the definitions.</summary>
[Trait("Kubernetes", "oldest")]
public sealed class DefinitionTests(ApiServer server) : IAsyncLifetime
{
    public static TheoryData<string> Samples =>
        [.. Directory.GetFiles(SourceTree.At("config", "samples"), "*.yaml").Select(file => Path.GetFileName(file))];

    public async ValueTask InitializeAsync() => await InstalledDefinitions.InstallAsync(server);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_sample_may_be_applied(string file)
    {
        var ns = await server.NewNamespaceAsync();
        var path = SourceTree.At("config", "samples", file);
        (await server.RunKubectlAsync(["apply", "-n", ns, "--validate=strict", "-f", path])).MustSucceed();
        (await server.RunKubectlAsync(
            ["apply", "-n", ns, "--validate=strict", "--server-side", "--force-conflicts", "-f", path])).MustSucceed();
    }

    [Theory]
    [InlineData("pythonrepositories", "spec.storage.bucket.credentialsSecretRef", "The Secret with the keys")]
    [InlineData("proxyrepositories", "spec.policy.minimumAge", "Hides files that were uploaded more recently")]
    [InlineData("repositorygroups", "spec.uploadTo", "The PythonRepository among the members")]
    [InlineData("pythonrepo", "status.conditions", "Ready sums them up")]
    [InlineData("proxyrepo", "spec.mode", "Default: OnDemand.")]
    [InlineData("pythonrepo", "spec.retention.keepVersions", "newest versions are kept.")]
    [InlineData("repogroup", "spec.server.replicas", "More than one requires a bucket, except for a group.")]
    public async Task Kubectl_explains_a_field(string kind, string field, string words)
    {
        var explained = await ExplainAsync($"{kind}.{field}");
        Assert.Contains(words, explained.ReplaceLineEndings(" ").Replace("     ", " ", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_shows_the_state_of_all_kinds_at_once()
    {
        var ns = await server.NewNamespaceAsync();
        await ApplyAsync(ns, "PythonRepository", "team-a", "{}");
        await ApplyAsync(ns, "RepositoryGroup", "all", "members: [ { kind: PythonRepository, name: team-a } ]");
        await WriteStatusAsync(ns);
        var shown = (await server.RunKubectlAsync(["get", "pyrepo", "-n", ns])).MustSucceed();
        Assert.Contains("repositorygroup.pyrepo.dev/all", shown, StringComparison.Ordinal);
        Assert.Equal(
            ["NAME", "READY", "URL", "PROJECTS", "SIZE", "AGE", "pythonrepository.pyrepo.dev/team-a", "True",
                "https://pypi.example.com/", "12", "1177Mi"],
            Words(shown).SkipWhile(word => word != "NAME").Take(11));
        var wide = (await server.RunKubectlAsync(["get", "pythonrepo", "-n", ns, "-o", "wide"])).MustSucceed();
        Assert.Equal(["REASON", "STORAGE", "VERSION"], Words(wide).Skip(6).Take(3));
        Assert.Equal(["Serving", "PersistentVolumeClaim", "0.1.0"], Words(wide).TakeLast(3));
        (await server.RunKubectlAsync(["wait", "-n", ns, "--for=condition=Ready", "pythonrepository/team-a"]))
            .MustSucceed();
    }

    [Fact]
    public async Task Kubectl_scales_a_group_and_what_is_in_a_bucket_and_nothing_else()
    {
        var ns = await server.NewNamespaceAsync();
        await ApplyAsync(ns, "PythonRepository", "volume", "{}");
        await ApplyAsync(ns, "PythonRepository", "bucket", "storage: { bucket: { name: team-a, region: eu } }");
        await ApplyAsync(ns, "RepositoryGroup", "all", "members: [ { kind: PythonRepository, name: volume } ]");
        Assert.Equal("1", await ReplicasAsync(ns, "repositorygroup/all"));
        (await ScaleAsync(ns, "repositorygroup/all")).MustSucceed();
        Assert.Equal("3", await ReplicasAsync(ns, "repositorygroup/all"));
        (await ScaleAsync(ns, "pythonrepository/bucket")).MustSucceed();
        Assert.Contains(
            "only one pod can write to a volume", (await ScaleAsync(ns, "pythonrepository/volume")).MustFail(),
            StringComparison.Ordinal);
    }

    async Task ApplyAsync(string ns, string kind, string name, string spec) =>
        Assert.Empty(await ResourceRequests.ApplyAsync(
            server, ns, kind, name, ResourceRequests.Document(kind, name, spec)));

    Task<KubectlResult> ScaleAsync(string ns, string name) =>
        server.RunKubectlAsync(["scale", "-n", ns, "--replicas=3", name]);

    async Task<string> ReplicasAsync(string ns, string name) => (await server.RunKubectlAsync(
        ["get", "-n", ns, name, "--subresource=scale", "-o", "jsonpath={.spec.replicas}"])).MustSucceed();

    async Task WriteStatusAsync(string ns) => (await server.RunKubectlAsync(
        ["patch", "-n", ns, "pythonrepository/team-a", "--subresource=status", "--type=merge", "-p", """
        {"status": {"url": "https://pypi.example.com/", "observedGeneration": 1, "projects": 12, "files": 140,
         "size": "1177Mi", "storage": "PersistentVolumeClaim", "serverVersion": "0.1.0",
         "conditions": [{"type": "Ready", "status": "True", "reason": "Serving", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}
        """])).MustSucceed();

    /// <summary>The server publishes its schemas shortly after it serves a kind, and says nowhere when.</summary>
    async Task<string> ExplainAsync(string field)
    {
        for (var attempt = 0; ; attempt++)
        {
            var result = await server.RunKubectlAsync(["explain", field]);
            if (result.ExitCode == 0 || attempt == 50)
                return result.MustSucceed();
        }
    }

    static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
