using System.Net;
using EndToEnd.Proxying;

namespace EndToEnd.Cluster;

/// <summary>Repositories in buckets: two replicas of each share one, and clients see one repository.</summary>
public sealed class BucketTests(ClusterMinio minio) : IClassFixture<ClusterMinio>
{
    /// <summary>Uploads in turn through whichever replica the Ingress chooses.</summary>
    const int Uploads = 20;

    /// <summary>Fewer would show little.</summary>
    const int EnoughRequests = 20, EnoughUploads = 20, EnoughInstallations = 4;

    /// <summary>A request that an Ingress controller sends to a pod that is gone takes this long.</summary>
    static readonly TimeSpan _noticed = TimeSpan.FromSeconds(30);

    /// <summary>Not HTML: the API server would rewrite it.</summary>
    const string Json = "application/vnd.pypi.simple.v1%2Bjson";

    static readonly string[] _stored = ["team", "mirror"];

    [ClusterFact(Minio.Asset)]
    public async Task Uploads_through_the_Ingress_are_served_by_both_replicas_and_install_through_the_group()
    {
        await using var upstream = await ClusterNamespace.CreateAsync();
        await using var ns = await ClusterNamespace.CreateAsync();
        await StartAsync(upstream, ns);
        Assert.Equal("True", await ns.FieldAsync(
            "pythonrepository/team", ".status.conditions[?(@.type=='StorageReady')].status"));
        using (var installation = new FreshInstallation("pip", ns.Url("/simple/"), "acme-lib"))
            Assert.Equal("private and public", await installation.PrintAsync("import acme_lib; print(acme_lib.value)"));

        // A repository is ready as soon as one of its servers is.
        await ns.KubectlAsync("rollout", "status", "deployment/team", KubectlTimeout.Option);
        var replicas = await ns.KubectlAsync(
            "get", "pods", "-l", "pyrepo.dev/name=team", "-o", "jsonpath={.items[*].metadata.name}");
        Assert.Equal(2, replicas.Split(' ').Length);
        using var http = new HttpClient();
        var credentials = TwineForm.Basic("publisher", await ns.PasswordAsync("team"));
        for (var i = 0; i < Uploads; i++)
        {
            var wheel = TestWheel.Create($"demo-{i % 5}", $"{(i / 5) + 1}.0", seed: i);
            using var answer = await TwineForm.SendAsync(http, ns.Url("/team/"), TwineForm.From(wheel), credentials);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            foreach (var pod in replicas.Split(' '))
                Assert.Contains(wheel.FileName, await PageAsync(ns, pod, wheel.Project), StringComparison.Ordinal);
        }
    }

    [ClusterFact(Minio.Asset)]
    public async Task Rolling_out_repository_and_proxy_fails_no_upload_or_installation()
    {
        await using var upstream = await ClusterNamespace.CreateAsync();
        await using var ns = await ClusterNamespace.CreateAsync();
        await StartAsync(upstream, ns);
        var before = await PodsAsync(ns);
        Assert.Equal(4, before.Count);

        var (uploads, ofGroup, ofMirror) = (
            new UploadLoad(ns, "/team/", "/", await ns.PasswordAsync("team")), new InstallLoad(ns, "/", retries: 0),
            new InstallLoad(ns, "/mirror/", retries: 0, "public-lib"));
        await using (uploads.Begin())
        await using (ofGroup.Begin(asks: true))
        await using (ofMirror.Begin(asks: true))
        {
            await UntilInstalledAsync(1, ofGroup, ofMirror);
            await ns.KubectlAsync(["rollout", "restart", .. _stored.Select(name => $"deployment/{name}")]);
            foreach (var name in _stored)
                await ns.KubectlAsync("rollout", "status", $"deployment/{name}", KubectlTimeout.Option);
            await Eventually.IsAsync("the old pods are gone", 4, async () => (await EvenEndingPodsAsync(ns)).Length);
            await ns.UntilReadyAsync(TestRepositories.Names);
            await UntilInstalledAsync(EnoughInstallations, ofGroup, ofMirror);
        }

        Assert.Empty((await PodsAsync(ns)).Intersect(before));
        var failures = uploads.Failures.Concat(ofGroup.Failures).Concat(ofMirror.Failures).ToList();
        Assert.True(failures.Count == 0, string.Join("\n", failures));
        Assert.True(uploads.Uploaded > EnoughUploads, $"{uploads.Uploaded} uploads");
        foreach (var load in (InstallLoad[])[ofGroup, ofMirror])
            Assert.True(load.Requested > EnoughRequests, $"{load.Requested} requests");
        TimeSpan[] longest = [uploads.Longest, ofGroup.Longest, ofMirror.Longest];
        Assert.True(longest.Max() < _noticed, string.Join(", ", longest));
    }

    [ClusterFact(Minio.Asset)]
    public async Task A_replica_that_is_killed_fails_no_installation()
    {
        await using var upstream = await ClusterNamespace.CreateAsync();
        await using var ns = await ClusterNamespace.CreateAsync();
        await StartAsync(upstream, ns);

        InstallLoad[] loads = [
            new(ns, "/"), new(ns, "/", client: "uv"), new(ns, "/mirror/", project: "public-lib", client: "uv")];
        await using (loads[0].Begin())
        await using (loads[1].Begin())
        await using (loads[2].Begin())
        {
            foreach (var name in (string[])["team", "mirror", "all", "team"])
            {
                await KillAsync(ns, name);
                await ns.UntilReadyAsync(TestRepositories.Names);
            }
            await UntilInstalledAsync(EnoughInstallations, loads);
        }

        foreach (var load in loads)
            Assert.True(load.Failures.Count == 0, string.Join("\n", load.Failures));
    }

    static Task UntilInstalledAsync(int times, params IEnumerable<InstallLoad> loads) =>
        Task.WhenAll(loads.Select(load => load.UntilInstalledAsync(times)));

    /// <summary>Kills the first of a resource's servers, and waits until it has started again.</summary>
    static async Task KillAsync(ClusterNamespace ns, string resource)
    {
        var first = (await ns.KubectlAsync(
            "get", "pods", "-l", $"pyrepo.dev/name={resource}", "-o", "name")).Split('\n')[0];
        const string Id = ".status.containerStatuses[0].containerID";
        var before = await ns.FieldAsync(first, Id);
        await ClusterScript.RunAsync("kill", before.Split("//")[1]);
        await Eventually.IsAsync($"{first} has started again", async () =>
            await ns.FieldAsync(first, Id) != before
            && await ns.FieldAsync(first, ".status.containerStatuses[0].ready") == "true");
    }

    /// <summary>A package of the repository's that needs one of the proxy's.</summary>
    async Task StartAsync(ClusterNamespace upstream, ClusterNamespace ns)
    {
        var url = await TestRepositories.MakeUpstreamAsync(
            upstream, TestWheel.Module("public-lib", "2.0", "value = 'public'\n"));
        await ns.ApplyAsync(BucketRepositories.All(ns, minio, url));
        await ns.UntilReadyAsync(TestRepositories.Names);
        await ns.UntilReachableAsync("/simple/", "/team/simple/", "/mirror/simple/public-lib/");
        await ns.UploadAsync("/team/", await ns.PasswordAsync("team"), TestWheel.Module("acme-lib", "1.0",
            "import public_lib\nvalue = f'private and {public_lib.value}'\n", "public-lib>=2"));
    }

    /// <summary>A project's page as one replica serves it.</summary>
    static Task<string> PageAsync(ClusterNamespace ns, string pod, string project) => Kubectl.AskAsync(
        "get", "--raw", $"/api/v1/namespaces/{ns.Name}/pods/{pod}:8080/proxy/simple/{project}/?format={Json}");

    static async Task<IReadOnlyList<string>> PodsAsync(ClusterNamespace ns) =>
        [.. await ns.PodsAsync("team"), .. await ns.PodsAsync("mirror")];

    static async Task<string[]> EvenEndingPodsAsync(ClusterNamespace ns) =>
        (await ns.KubectlAsync("get", "pods", "-l", "pyrepo.dev/name in (team, mirror)", "-o", "name")).Split('\n');
}
