using EndToEnd.Clients;
using EndToEnd.Proxying;

namespace EndToEnd.Cluster;

/// <summary>What the whole is for: real clients against the Ingress.</summary>
public sealed class InstallingTests
{
    const int Big = 300_000_000;

    [ClusterFact]
    public async Task A_twine_upload_through_the_Ingress_installs_through_the_group_with_a_proxied_dependency()
    {
        await using var upstream = await ClusterNamespace.CreateAsync();
        await using var ns = await ClusterNamespace.CreateAsync();
        var url = await TestRepositories.MakeUpstreamAsync(
            upstream, TestWheel.Module("public-lib", "2.0", "value = 'public'\n"));
        await ns.ApplyAsync(TestRepositories.Manifest(ns, url));
        await ns.UntilReadyAsync(TestRepositories.Names);
        await ns.UntilReachableAsync("/simple/", "/team/simple/");

        var password = await ns.PasswordAsync("team");
        await ns.UploadAsync("/team/", password, TestWheel.Module("acme-lib", "1.0",
            "import public_lib\nvalue = f'private and {public_lib.value}'\n", "public-lib>=2"));
        var big = TestWheel.Create("acme-big", "1.0", Big);
        await ns.UploadAsync("/team/", password, big);

        foreach (var client in (string[])["pip", "uv"])
        {
            using var installation = new FreshInstallation(client, ns.Url("/simple/"), "acme-lib");
            Assert.Equal("private and public", await installation.PrintAsync("import acme_lib; print(acme_lib.value)"));
        }
        using var home = new ClientHome();
        (await home.RunAsync("pip", "download", "--no-deps", "--index-url", ns.Url("/simple/").AbsoluteUri,
            "--trusted-host", ns.Host, "--dest", home.New("files"),
            "acme-big")).MustSucceed();
        Assert.Equal(big.Bytes, await File.ReadAllBytesAsync(home.New(Path.Combine("files", big.FileName))));
    }

    [ClusterFact]
    public async Task Twine_and_uv_uploads_through_the_group_install_through_it()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        await ns.ApplyAsync($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team }
            spec: { storage: { persistentVolumeClaim: { size: 2Gi } } }
            ---
            apiVersion: pyrepo.dev/v1alpha1
            kind: RepositoryGroup
            metadata: { name: all }
            spec:
              members: [ { kind: PythonRepository, name: team } ]
              uploadTo: team
              ingress: { host: {{ns.Host}} }
            """);
        await ns.UntilReadyAsync("pythonrepository/team", "repositorygroup/all");
        await ns.UntilReachableAsync("/simple/");
        var wheel = new LargeWheel(ns.Url(), "publisher", await ns.PasswordAsync("team"));
        foreach (var client in (string[])["twine", "uv"])
            await wheel.RoundTripAsync(client, Big);
    }
}
