using System.Collections.Concurrent;
using EndToEnd.Clients;

namespace EndToEnd.Cluster;

/// <summary>A new operator, and then a new server, while people install.</summary>
public sealed class UpgradeTests : IAsyncLifetime
{
    const string Next = "next";

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (ClusterFactAttribute.Reason is null)
            (await new ProgramRun(SourceFolder.At("tests", "cluster", "cluster.sh"), "retag", Next).RunAsync()).MustSucceed();
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => ClusterFactAttribute.Reason is null ? UpgradeAsync() : Task.CompletedTask;

    [ClusterFact]
    public async Task A_new_operator_restarts_no_server_and_a_new_server_fails_no_request_of_two_replicas()
    {
        await using var ns = await ClusterNamespace.CreateAsync('m');
        await ns.ApplyAsync(Manifest(ns, "server: { image: \"ghcr.io/pyrepo/pyrepo:0.1.0\" }"));
        await ns.UntilReadyAsync("pythonrepository/team", "repositorygroup/all");
        await ns.UntilReachableAsync("/simple/", "/team/simple/");
        await ns.UploadAsync("/team/", await ns.PasswordAsync("team"), MadeWheel.Module("acme-lib", "1.0", "value = 'there'\n"));
        var (team, group) = (await ns.PodsAsync("team"), await ns.PodsAsync("all"));

        await UpgradeAsync("--set", $"image.tag={Next}");
        await SettledAsync(ns);
        Assert.Equal(team, await ns.PodsAsync("team"));
        Assert.Equal(group, await ns.PodsAsync("all"));

        var failures = await WhileAskedAsync(ns.Url("/simple/acme-lib/"), async () =>
        {
            await UpgradeAsync("--set", $"image.tag={Next}", "--set", $"server.image.tag={Next}");
            await Repeated.UntilAsync("both replicas are new", async () =>
                await ns.PodsAsync("all") is { Count: 2 } now && !now.Intersect(group).Any());
            await ns.UntilReadyAsync("repositorygroup/all");
        });
        Assert.Empty(failures);
        Assert.Equal(team, await ns.PodsAsync("team"));

        // Without an image of its own the repository rolls, too: one replica, one volume.
        await ns.ApplyAsync(Manifest(ns, "suspend: false"));
        using var home = new ClientHome();
        (await home.RunAsync("pip", "install", "--index-url", ns.Url("/team/simple/").AbsoluteUri, "--trusted-host", ns.Host,
            "--target", home.New("target"), "acme-lib")).MustSucceed();
        await Repeated.UntilAsync("its pod is another", async () =>
            await ns.PodsAsync("team") is { Count: 1 } now && !now.Intersect(team).Any());
        (await home.RunAsync("pip", "install", "--index-url", ns.Url("/team/simple/").AbsoluteUri, "--trusted-host", ns.Host,
            "--target", home.New("again"), "acme-lib")).MustSucceed();
    }

    /// <summary>Asks for a page again and again, without a retry, and tells what went wrong.</summary>
    static async Task<IReadOnlyCollection<string>> WhileAskedAsync(Uri page, Func<Task> action)
    {
        using var http = new HttpClient();
        using var end = new CancellationTokenSource();
        var (failures, asked) = (new ConcurrentBag<string>(), 0);
        var load = Task.Run(async () =>
        {
            for (; !end.IsCancellationRequested; asked++)
            {
                try
                {
                    using var answer = await http.GetAsync(page);
                    if (!answer.IsSuccessStatusCode)
                        failures.Add($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
                }
                catch (HttpRequestException error)
                {
                    failures.Add(error.Message);
                }
            }
        });
        await action();
        await end.CancelAsync();
        await load;
        Assert.True(asked > 100, $"only {asked} requests");
        return failures;
    }

    /// <summary>The new operator has looked at all of the namespace once.</summary>
    static async Task SettledAsync(ClusterNamespace ns)
    {
        await Kubectl.AskAsync("rollout", "status", "-n", "pyrepo-system", "deployment/pyrepo-operator", "--timeout=2m");
        // A child that is put back shows that the one that leads now has been here.
        await ns.KubectlAsync("delete", "service/all", "--wait=false");
        await ns.KubectlAsync("delete", "service/team", "--wait=false");
        await Repeated.UntilAsync("both Services are back", async () =>
            (await ns.KubectlAsync("get", "service", "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == 2);
        await ns.UntilReachableAsync("/simple/", "/team/simple/");
    }

    static Task<string> UpgradeAsync(params IReadOnlyList<string> settings) => HelmAsync(
        ["upgrade", "pyrepo-operator", SourceFolder.At("charts", "pyrepo-operator"), "--namespace", "pyrepo-system", "--wait", .. settings]);

    static async Task<string> HelmAsync(IReadOnlyList<string> arguments) =>
        (await new ProgramRun("helm", arguments).RunAsync()).MustSucceed().Output;

    static string Manifest(ClusterNamespace ns, string more) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        spec:
          storage: { persistentVolumeClaim: { size: 1Gi } }
          ingress: { host: {{ns.Host}}, path: /team }
          {{more}}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all }
        spec:
          members: [ { kind: PythonRepository, name: team } ]
          ingress: { host: {{ns.Host}} }
          server: { replicas: 2 }
        """;
}
