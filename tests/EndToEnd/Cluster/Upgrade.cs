namespace EndToEnd.Cluster;

/// <summary>
/// The operator of the previous commit, this one, the previous one again, and at last this one with another server
/// image, while people install. Says what happened; what should have is in <see cref="UpgradeTests"/>.
/// </summary>
public sealed class Upgrade : IAsyncLifetime
{
    /// <summary>How many resources may roll at once.</summary>
    public const int MaxRollouts = 2;

    /// <summary>
    /// For those who use one replica, whose pod must end before the next can start. pip's own five take 7.5 seconds in
    /// all. A node of two cores that runs the clients, too, needs five to ten for it.
    /// </summary>
    const int Retries = 6;

    /// <summary>Fewer would show little.</summary>
    const int EnoughInstallations = 6;

    const string Previous = "previous", Next = "next";
    static readonly string[] _names = ["team", "single", "all"];

    /// <summary>The pods of the servers under each operator, in order.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Pods { get; private set; } = [];

    /// <summary>The resources that rolled in the moment in which the most did.</summary>
    public IReadOnlyList<string> MostAtOnce { get; private set; } = [];

    /// <summary>Those that rolled.</summary>
    public IReadOnlyCollection<string> Rolled { get; private set; } = [];

    /// <summary>Who used a group of two replicas meanwhile.</summary>
    public InstallLoad OfTwo { get; private set; } = null!;

    /// <summary>Who used one replica on a volume.</summary>
    public InstallLoad OfOne { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (ClusterFactAttribute.Reason is not null)
            return;
        await ClusterScript.RunAsync("retag", Next);
        await ClusterScript.RunAsync("previous");
        await HelmAsync("--set", $"image.tag={Previous}");

        await using var ns = await ClusterNamespace.CreateAsync();
        await ns.ApplyAsync(Manifest(ns));
        await ns.UntilReadyAsync("pythonrepository/team", "pythonrepository/single", "repositorygroup/all");
        await ns.UntilReachableAsync("/simple/", "/team/simple/", "/single/simple/");
        var wheel = TestWheel.Module("acme-lib", "1.0", "value = 'there'\n");
        foreach (var name in (string[])["team", "single"])
            await ns.UploadAsync($"/{name}/", await ns.PasswordAsync(name), wheel);

        var first = await PodsAsync(ns);
        await HelmAsync();
        await SettledAsync(ns);
        var second = await PodsAsync(ns);
        await HelmAsync("--set", $"image.tag={Previous}");
        await SettledAsync(ns);
        Pods = [first, second, await PodsAsync(ns)];

        await using (OfTwo = new InstallLoad(ns, "/", retries: 0).Begin(asks: true))
        await using (OfOne = new InstallLoad(ns, "/single/", Retries).Begin())
        {
            await OfTwo.UntilInstalledAsync(1);
            await OfOne.UntilInstalledAsync(1);
            using var rollouts = new Rollouts();
            await HelmAsync("--set", $"server.image.tag={Next}", "--set", $"settings.maxRollouts={MaxRollouts}");
            await rollouts.UntilAllRolledAsync(Next, others: 1);
            (MostAtOnce, Rolled) = (rollouts.MostAtOnce, rollouts.Rolled);
            await ns.UntilReadyAsync("repositorygroup/all", "pythonrepository/single");
            await OfTwo.UntilInstalledAsync(EnoughInstallations);
            await OfOne.UntilInstalledAsync(EnoughInstallations);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (ClusterFactAttribute.Reason is null)
            await HelmAsync();
    }

    static async Task<IReadOnlyList<string>> PodsAsync(ClusterNamespace ns)
    {
        var pods = new List<string>();
        foreach (var name in _names)
            pods.AddRange(await ns.PodsAsync(name));
        return pods;
    }

    /// <summary>
    /// The operator that leads now has looked at each of them: a child that nobody needs while no pod starts is put
    /// back.
    /// </summary>
    static async Task SettledAsync(ClusterNamespace ns)
    {
        foreach (var account in _names.Select(n => $"serviceaccount/{n}-server"))
        {
            var before = await ns.FieldAsync(account, ".metadata.uid");
            await ns.KubectlAsync("delete", account);
            await Eventually.IsAsync($"{account} is back", async () =>
                await ns.KubectlAsync(
                    "get", account, "--ignore-not-found", "-o", "jsonpath={.metadata.uid}") is { Length: > 0 } uid
                && uid != before);
        }
    }

    static async Task HelmAsync(params IReadOnlyList<string> settings) => (await new ProgramRun("helm",
        ["upgrade", "pyrepo-operator", SourceTree.At("charts", "pyrepo-operator"), "--namespace", "pyrepo-system",
            "--reset-values", "--wait", .. settings])
        .RunAsync()).MustSucceed();

    /// <summary>The group's member keeps its server: it is the group's own roll that is looked at.</summary>
    static string Manifest(ClusterNamespace ns) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        spec:
          storage: { persistentVolumeClaim: { size: 1Gi } }
          ingress: { host: {{ns.Host}}, path: /team }
          server: { image: "ghcr.io/pyrepo/pyrepo:0.1.0" }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: single }
        spec:
          storage: { persistentVolumeClaim: { size: 1Gi } }
          ingress: { host: {{ns.Host}}, path: /single }
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
