using System.Diagnostics;
using EndToEnd.Clients;
using EndToEnd.Proxying;

namespace EndToEnd.Cluster;

/// <summary>What is deleted by hand comes back, and no data is lost on the way.</summary>
public sealed class RepairTests
{
    static readonly TimeSpan _back = TimeSpan.FromSeconds(5);

    const string Team = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        spec:
          storage: { persistentVolumeClaim: { size: 1Gi }, deletionPolicy: POLICY }
          ingress: { host: HOST }
        """;

    [ClusterFact]
    public async Task A_deleted_Deployment_Service_or_Ingress_is_back_within_five_seconds()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        await ns.ApplyAsync(Manifest(ns));
        await ns.UntilReadyAsync("pythonrepository/team");
        foreach (var kind in (string[])["deployment", "service", "ingress"])
        {
            var before = await ns.FieldAsync($"{kind}/team", ".metadata.uid");
            await ns.KubectlAsync("delete", $"{kind}/team", "--wait=false");
            var deleted = Stopwatch.GetTimestamp();
            await Eventually.IsAsync($"the {kind} is back", async () =>
                await ns.KubectlAsync("get", $"{kind}/team", "--ignore-not-found", "-o",
                    "jsonpath={.metadata.uid}") is { Length: > 0 } uid
                && uid != before);
            Assert.True(Stopwatch.GetElapsedTime(deleted) < _back, $"{kind}: {Stopwatch.GetElapsedTime(deleted)}");
        }
        await ns.UntilReadyAsync("pythonrepository/team");
    }

    [ClusterFact]
    public async Task A_deleted_pod_costs_clients_only_retries_and_loses_nothing()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        await ns.ApplyAsync(Manifest(ns));
        await ns.UntilReadyAsync("pythonrepository/team");
        await ns.UntilReachableAsync("/simple/");
        await ns.UploadAsync(
            "/", await ns.PasswordAsync("team"), TestWheel.Module("acme-lib", "1.0", "value = 'kept'\n"));

        await ns.KubectlAsync("delete", "pod", "-l", "pyrepo.dev/name=team", "--wait=false");
        using var home = new ClientHome();
        var target = home.New("target");
        (await home.RunAsync("pip", "install", "--retries", "10", "--trusted-host", ns.Host, "--index-url",
            ns.Url("/simple/").AbsoluteUri, "--target", target,
            "acme-lib")).MustSucceed();
        Assert.Equal("kept", await home.PythonAsync(target, "import acme_lib; print(acme_lib.value)"));
    }

    [ClusterFact]
    public async Task A_retained_repository_that_is_applied_again_has_the_same_bytes_and_a_deleted_leaves_no_volume()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        await ns.ApplyAsync(Manifest(ns));
        await ns.UntilReadyAsync("pythonrepository/team");
        await ns.UntilReachableAsync("/simple/");
        var password = await ns.PasswordAsync("team");
        await ns.UploadAsync("/", password, TestWheel.Module("acme-lib", "1.0", "value = 'kept'\n"));

        await ns.KubectlAsync("delete", "pythonrepository/team");
        await ns.KubectlAsync("wait", "--for=delete", "pod", "-l", "pyrepo.dev/name=team", KubectlTimeout.Option);
        await ns.ApplyAsync(Manifest(ns));
        await ns.UntilReadyAsync("pythonrepository/team");
        await ns.UntilReachableAsync("/simple/");
        using (var installation = new FreshInstallation("pip", ns.Url("/simple/"), "acme-lib"))
            Assert.Equal("kept", await installation.PrintAsync("import acme_lib; print(acme_lib.value)"));
        Assert.Equal(password, await ns.PasswordAsync("team"));

        await ns.ApplyAsync(Manifest(ns, "Delete"));
        await ns.UntilReadyAsync("pythonrepository/team");
        await ns.KubectlAsync("delete", "pythonrepository/team");
        await Eventually.IsAsync(
            "the claim is gone", "", async () => await ns.KubectlAsync("get", "pvc", "-o", "name"));
    }

    static string Manifest(ClusterNamespace ns, string policy = "Retain") =>
        Team.Replace("HOST", ns.Host, StringComparison.Ordinal).Replace("POLICY", policy, StringComparison.Ordinal);
}
