using System.Diagnostics;

namespace EndToEnd.Cluster;

/// <summary>What an administrator changes while people install and upload.</summary>
public sealed class ChangingTests
{
    static readonly TimeSpan _inForce = TimeSpan.FromSeconds(2);
    static readonly TimeSpan _usersInForce = TimeSpan.FromMinutes(2);

    [ClusterFact]
    public async Task A_volume_grows_and_users_and_lifetimes_change_without_a_restart()
    {
        await using var upstream = await ClusterNamespace.CreateAsync();
        await using var ns = await ClusterNamespace.CreateAsync();
        var url =
            await TestRepositories.MakeUpstreamAsync(upstream, TestWheel.Module("public-lib", "1.0", "value = 1\n"));
        await ns.ApplyAsync(TestRepositories.Manifest(ns, url, projectTtl: "1h"));
        await ns.ApplyAsync(Users("alice", "first"));
        await ns.KubectlAsync("patch", "pythonrepository/team", "--type=merge",
            "-p", """{"spec":{"access":{"usersSecretRef":{"name":"team-users"}}}}""");
        await ns.UntilReadyAsync(TestRepositories.Names);
        await ns.UntilReachableAsync("/mirror/simple/public-lib/");
        var pods = await PodsAsync(ns);

        await ns.KubectlAsync("patch", "pythonrepository/team", "--type=merge",
            "-p", """{"spec":{"storage":{"persistentVolumeClaim":{"size":"3Gi"}}}}""");
        await Eventually.IsAsync("the claim has grown", async () =>
            await ns.KubectlAsync("get", "pvc", "-l", "pyrepo.dev/name=team", "-o",
                "jsonpath={.items[0].status.capacity.storage}") == "3Gi");

        await LifetimesAsync(upstream, ns);
        await UsersAsync(ns);
        Assert.Equal(pods, await PodsAsync(ns));
    }

    [ClusterFact]
    public async Task Rotated_credentials_work_and_the_previous_password_stays_valid_for_a_while()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        await ns.ApplyAsync(Group(ns));
        await ns.UntilReadyAsync("pythonrepository/team");
        var before = await ns.PasswordAsync("team");
        await ns.KubectlAsync("annotate", "pythonrepository/team", "pyrepo.dev/rotate=once");
        await Eventually.IsAsync("the password is another", async () => await ns.PasswordAsync("team") != before);
        var after = await ns.PasswordAsync("team");
        await Eventually.IsAsync("the new password works", () => MayUploadAsync(ns, after, "1.0"));
        Assert.True(await MayUploadAsync(ns, before, "2.0"));
    }

    [ClusterFact]
    public async Task A_group_is_scaled_by_hand_suspended_and_resumed()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        await ns.ApplyAsync(Group(ns));
        await ns.UntilReadyAsync("repositorygroup/all");
        await ns.KubectlAsync("scale", "repositorygroup/all", "--replicas=2");
        await UntilTwoServeAsync(ns);
        await ns.UntilReadyAsync("repositorygroup/all");
        Assert.Equal("2", await ns.FieldAsync("repositorygroup/all", ".status.replicas"));
        Assert.NotEmpty(await ns.KubectlAsync("get", "poddisruptionbudget", "-o", "name"));

        await ns.KubectlAsync("patch", "repositorygroup/all", "--type=merge", "-p", """{"spec":{"suspend":true}}""");
        await ns.KubectlAsync("wait", "--for=jsonpath={.status.conditions[?(@.type=='Ready')].reason}=Suspended",
            "repositorygroup/all", KubectlTimeout.Option);
        await Eventually.IsAsync("its pods are gone", 0, async () => (await ns.PodsAsync("all")).Count);
        await ns.KubectlAsync("patch", "repositorygroup/all", "--type=merge", "-p", """{"spec":{"suspend":false}}""");
        await UntilTwoServeAsync(ns);
        await ns.UntilReadyAsync("repositorygroup/all");
    }

    [ClusterFact]
    public async Task A_busy_group_is_scaled_by_an_autoscaler_and_the_operator_keeps_that()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        await ns.ApplyAsync(Group(ns) + "\n  server: { resources: { requests: { cpu: 10m } } }");
        await ns.UntilReadyAsync("pythonrepository/team", "repositorygroup/all");
        await ns.UntilReachableAsync("/simple/", "/team/simple/");
        await ns.UploadAsync(
            "/team/", await ns.PasswordAsync("team"), TestWheel.Module("acme-lib", "1.0", "value = 1\n"));
        await ns.KubectlAsync("autoscale", "repositorygroup/all", "--min=1", "--max=2", "--cpu=50%");
        await using (var load = new InstallLoad(ns, "/").Begin(asks: true))
        {
            await ns.KubectlAsync(
                "wait", "--for=jsonpath={.spec.server.replicas}=2", "repositorygroup/all",
                KubectlTimeout.After(TimeSpan.FromMinutes(1)));
            await UntilTwoServeAsync(ns);
            Assert.Empty(load.Failures);
        }
        await ns.UntilReadyAsync("repositorygroup/all");
        Assert.Equal("2", await ns.FieldAsync("repositorygroup/all", ".status.replicas"));
    }

    /// <summary>A second instead of an hour: what upstream got meanwhile is seen.</summary>
    static async Task LifetimesAsync(ClusterNamespace upstream, ClusterNamespace ns)
    {
        using var http = new HttpClient();
        var page = ns.Url("/mirror/simple/public-lib/");
        await http.GetStringAsync(page);
        await upstream.UploadAsync(
            "/", await upstream.PasswordAsync("public"), TestWheel.Module("public-lib", "2.0", "value = 2\n"));
        Assert.DoesNotContain("2.0", await http.GetStringAsync(page), StringComparison.Ordinal);

        await ns.KubectlAsync(
            "patch", "proxyrepository/mirror", "--type=merge", "-p", """{"spec":{"cache":{"projectTtl":"1s"}}}""");
        var generation = await ns.FieldAsync("proxyrepository/mirror", ".metadata.generation");
        await ns.KubectlAsync("wait", $"--for=jsonpath={{.status.observedGeneration}}={generation}",
            "proxyrepository/mirror", KubectlTimeout.Option);
        await ns.UntilReadyAsync("proxyrepository/mirror");
        var ready = Stopwatch.GetTimestamp();
        await Eventually.IsAsync("the page is fetched anew", async () =>
            (await http.GetStringAsync(page)).Contains("2.0", StringComparison.Ordinal));
        Assert.True(Stopwatch.GetElapsedTime(ready) < _inForce, $"{Stopwatch.GetElapsedTime(ready)}");
    }

    static Task<string> UntilTwoServeAsync(ClusterNamespace ns) => ns.KubectlAsync(
        "wait", "--for=jsonpath={.status.readyReplicas}=2", "deployment/all", KubectlTimeout.Option);

    static async Task UsersAsync(ClusterNamespace ns)
    {
        Assert.True(await MayUploadAsync(ns, "first", "1.0", "alice"));
        await ns.ApplyAsync(Users("bob", "second"));
        var changed = Stopwatch.GetTimestamp();
        await Eventually.IsAsync("bob may upload", () => MayUploadAsync(ns, "second", "2.0", "bob"));
        Assert.True(Stopwatch.GetElapsedTime(changed) < _usersInForce);
        Assert.False(await MayUploadAsync(ns, "first", "3.0", "alice"));
    }

    static async Task<bool> MayUploadAsync(
        ClusterNamespace ns, string password, string version, string user = "publisher")
    {
        var wheel = TestWheel.Module("acme-lib", version, "value = 1\n");
        return (await TwineUpload.RunAsync(ns.Url("/team/"), password, wheel, user)).ExitCode == 0;
    }

    static async Task<IReadOnlyList<string>> PodsAsync(ClusterNamespace ns) =>
        [.. await ns.PodsAsync("team"), .. await ns.PodsAsync("mirror"), .. await ns.PodsAsync("all")];

    static string Users(string user, string password) => $$"""
        apiVersion: v1
        kind: Secret
        metadata: { name: team-users }
        type: kubernetes.io/basic-auth
        stringData: { username: {{user}}, password: {{password}} }
        """;

    static string Group(ClusterNamespace ns) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        spec:
          storage: { persistentVolumeClaim: { size: 1Gi } }
          ingress: { host: {{ns.Host}}, path: /team }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all }
        spec:
          members: [ { kind: PythonRepository, name: team } ]
          ingress: { host: {{ns.Host}} }
        """;
}
