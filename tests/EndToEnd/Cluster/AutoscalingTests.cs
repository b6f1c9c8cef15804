using System.Text.RegularExpressions;

namespace EndToEnd.Cluster;

/// <summary>The HorizontalPodAutoscaler of <c>docs/operator.md</c>, by a load that the test says.</summary>
public sealed partial class AutoscalingTests(ClusterMinio minio) : IClassFixture<ClusterMinio>
{
    const int EnoughInstallations = 2, EnoughRequests = 100;

    /// <summary>What the page's autoscaler makes of 15 for each pod: three pods, and one.</summary>
    const int High = 45, Low = 10;

    static readonly (string Kind, string Name)[] _scaled = [("PythonRepository", "team"), ("RepositoryGroup", "all")];

    [ClusterFact(Minio.Asset)]
    public async Task A_group_and_a_repository_on_a_bucket_scale_by_load_and_fail_no_installation()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        await ns.ApplyAsync(Repositories(ns));
        await ns.UntilReadyAsync("pythonrepository/team", "repositorygroup/all");
        await ns.UntilReachableAsync("/simple/", "/team/simple/");
        await ns.UploadAsync(
            "/team/", await ns.PasswordAsync("team"), TestWheel.Module("acme-lib", "1.0", "value = 'private'\n"));

        await using var metrics = await ScriptedMetrics.StartAsync(ns);
        metrics.Load = Low;
        foreach (var (kind, name) in _scaled)
            await ns.ApplyAsync(Autoscaler(ns, kind, name));
        var (ofGroup, ofTeam) = (new InstallLoad(ns, "/", retries: 0), new InstallLoad(ns, "/team/", retries: 0));
        await using (ofGroup.Begin(asks: true))
        await using (ofTeam.Begin(asks: true))
        {
            await UntilInstalledMoreAsync(ofGroup, ofTeam);
            // Up and down, twice: what holds once may be luck.
            for (var round = 0; round < 2; round++)
            {
                metrics.Load = High;
                await UntilPodsAsync(ns, 3);
                await UntilInstalledMoreAsync(ofGroup, ofTeam);
                metrics.Load = Low;
                await UntilPodsAsync(ns, 1);
                await UntilInstalledMoreAsync(ofGroup, ofTeam);
            }
        }

        Assert.True(metrics.Asked > 0);
        var failures = ofGroup.Failures.Concat(ofTeam.Failures).ToList();
        Assert.True(failures.Count == 0, string.Join("\n", failures));
        foreach (var load in (InstallLoad[])[ofGroup, ofTeam])
            Assert.True(load.Requested > EnoughRequests, $"{load.Requested} requests");
        await ns.UntilReadyAsync("pythonrepository/team", "repositorygroup/all");
    }

    /// <summary>Each resource says so many, and so many pods are there, none of them ending.</summary>
    static async Task UntilPodsAsync(ClusterNamespace ns, int count)
    {
        foreach (var (kind, name) in _scaled)
        {
            await Eventually.IsAsync($"{count} pods of {name}", $"{count} {count} {count}", async () =>
            {
                var wanted = await ns.FieldAsync($"{kind}/{name}", ".spec.server.replicas");
                var available = await ns.FieldAsync($"deployment/{name}", ".status.availableReplicas");
                var pods = await ns.KubectlAsync("get", "pods", "-l", $"pyrepo.dev/name={name}", "-o", "name");
                return $"{wanted} {available} {pods.Split('\n').Length}";
            });
        }
    }

    static Task UntilInstalledMoreAsync(params IEnumerable<InstallLoad> loads) =>
        Task.WhenAll(loads.Select(load => load.UntilInstalledAsync(load.Installed + EnoughInstallations)));

    string Repositories(ClusterNamespace ns) => $$"""
        {{minio.Keys()}}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        spec:
          storage: { bucket: {{minio.Bucket(BucketRepositories.New())}} }
          ingress: { host: {{ns.Host}}, path: /team }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all }
        spec:
          members: [ { kind: PythonRepository, name: team } ]
          ingress: { host: {{ns.Host}} }
        """;

    /// <summary>The page's, for another resource, and without the minutes after which pods go.</summary>
    static string Autoscaler(ClusterNamespace ns, string kind, string name)
    {
        var page = AutoscalerBlock().Match(SourceTree.Read("docs/operator.md")).Groups[1].Value;
        Assert.Contains("kind: RepositoryGroup, name: all }", page, StringComparison.Ordinal);
        return page
            .Replace("name: all, namespace: packages", $"name: {name}, namespace: {ns.Name}", StringComparison.Ordinal)
            .Replace("kind: RepositoryGroup, name: all", $"kind: {kind}, name: {name}", StringComparison.Ordinal)
            + "  behavior: { scaleDown: { stabilizationWindowSeconds: 0 } }\n";
    }

    [GeneratedRegex("## Autoscaling.*?```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex AutoscalerBlock();
}
