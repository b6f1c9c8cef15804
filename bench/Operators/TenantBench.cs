using System.Diagnostics;
using Bench.Clients;
using Bench.Measuring;
using static Bench.Results;

namespace Bench.Operators;

/// <summary>
/// What editors of one namespace can do to the operator, in a control group with the memory of the chart: after each
/// load, a new operator lists all that is there, and a resource of another namespace waits for its children.
/// </summary>
sealed class TenantBench(BenchOptions options, Results results)
{
    const string Scenario = "Hostile tenants";
    const string Ours = "apis/pyrepo.dev/v1alpha1";
    const string Core = "api/v1";
    const long Memory = 256 << 20;
    const int Connections = 4;
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    int _bystanders;

    /// <summary>A kind of objects.</summary>
    sealed record Load(string What, string Plural, string Api, int Count, Func<int, string> Of);

    IReadOnlyList<Load> Loads =>
    [
        new("resources whose spec is far above the limit, stored before there was one", "pythonrepositories", Ours,
            Some(91), n => HostileObjects.Resource($"long-{n}", 863_000, 0)),
        new("resources near the limit, with large annotations", "pythonrepositories", Ours,
            Some(100), n => HostileObjects.Resource($"near-{n}", 40_000, 200_000)),
        new("labeled ConfigMaps", "configmaps", Core,
            Some(150), n => HostileObjects.ConfigMap($"large-{n}", $"near-{n % 5}", 1_000_000)),
        new("ConfigMaps with the name of a child", "configmaps", Core,
            Some(50), n => HostileObjects.ConfigMap($"near-{n}-config", $"near-{n}", 1_000_000)),
        new("small ConfigMaps with a forged owner", "configmaps", Core,
            Some(5_000), n => HostileObjects.ConfigMap($"small-{n}", $"near-{n % 5}", 1, "forged")),
        new("Services with the name of a child", "services", Core,
            Some(100), n => HostileObjects.Service($"near-{n}", $"near-{n}", 250_000)),
        new("Ingresses of 5,000 hosts", "ingresses", "apis/networking.k8s.io/v1",
            Some(100), n => HostileObjects.Ingress($"near-{n}", $"near-{n}", 200_000, 5_000)),
        new("Deployments of 5,000 variables", "deployments", "apis/apps/v1",
            Some(100), n => HostileObjects.Deployment($"near-{n}", $"near-{n}", 200_000, 5_000)),
        new("Deployments with as much as is kept of one", "deployments", "apis/apps/v1",
            Some(2_000), n => HostileObjects.Forged($"forged-{n}", $"near-{n % 5}")),
        new("ConfigMaps with deep managedFields", "configmaps", Core,
            3, n => HostileObjects.Deep($"deep-{n}", "near-0", 60 << n)),
    ];

    public void Run()
    {
        using var api = new KubeApi(BenchOptions.Root, Path.Combine(options.Work, "kubernetes"));
        var definitions = Path.Combine(BenchOptions.Root, "config/crd");
        api.Kubectl("apply", "--server-side", "-f", WithoutLengthRule(definitions));
        api.Kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", definitions);
        foreach (var ns in (string[])["tenant", "bystander"])
            api.Create("/api/v1/namespaces", $$"""{ "metadata": { "name": "{{ns}}" } }""");
        Measure(api, "nothing yet", "");
        foreach (var load in Loads)
        {
            Fill(api, load);
            if (load.What == Loads[0].What)
                api.Kubectl("apply", "--server-side", "-f", definitions);
            Measure(
                api, $"and {Text(load.Count)} {load.What}",
                $"{Text(load.Count)} × {Text(load.Of(0).Length / 1000.0)} kB");
        }
    }

    int Some(int count) => options.Quick ? Math.Max(1, count / 10) : count;

    static void Fill(KubeApi api, Load load) => Crowd.Run(Connections, worker =>
    {
        for (var n = worker; n < load.Count; n += Connections)
            api.Replace($"/{load.Api}/namespaces/tenant/{load.Plural}", load.Of(n));
    });

    void Measure(KubeApi api, string what, string sizes)
    {
        using var cgroup = ControlGroup.TryCreateForMemory(Memory);
        string[] arguments =
        [
            "run", "--kubeconfig", api.Kubeconfig, "--server-image", "example.com/pyrepo:1", "--leader-elect", "false",
            "--listen", "127.0.0.1:0",
        ];
        var (program, wrapped) = cgroup?.Wrap(options.Operator, arguments) ?? (options.Operator, arguments);
        var watch = Stopwatch.StartNew();
        using (var process = ChildProcess.Start(program, wrapped, ["Management on "], OperatorBench.AsInTheImage))
        {
            var management = new Uri(process.LineAfter("Management on ").Trim());
            Until(process, () => Get(management) == 200);
            var listed = watch.Elapsed.TotalSeconds;
            watch.Restart();
            var name = $"bystander-{_bystanders++}";
            api.Create($"/{Ours}/namespaces/bystander/pythonrepositories", $$"""
                { "apiVersion": "pyrepo.dev/v1alpha1", "kind": "PythonRepository", "metadata": { "name": "{{name}}" },
                  "spec": { "storage": { "ephemeral": {} } } }
                """);
            Until(process, () => api.Count("/apis/apps/v1/namespaces/bystander/deployments") == _bystanders);
            results.Add(new Result(
                Scenario, what, $"peak {Megabytes(cgroup?.Peak ?? 0)}", sizes, (cgroup?.Peak ?? 0) / (double)(1 << 20),
                " MiB", Aim.AtMost(Memory >> 20),
                $"listed after {Text(listed, "0.0")} s; the bystander's children after "
                + $"{Text(watch.Elapsed.TotalSeconds, "0.0")} s"));
        }
    }

    static int Get(Uri management)
    {
        using var connection = new HttpConnection(management);
        return connection.Get("/readyz").Status;
    }

    static void Until(ChildProcess process, Func<bool> isSo)
    {
        for (var watch = Stopwatch.StartNew(); !isSo(); Thread.Sleep(100))
        {
            if (process.ExitCode is { } code || watch.Elapsed > _patience)
                throw new InvalidOperationException($"The operator does not serve:\n{process.Output}");
        }
    }

    /// <summary>The CRDs as they were before specs had a limit.</summary>
    string WithoutLengthRule(string folder)
    {
        var earlier = Directory.CreateDirectory(Path.Combine(options.Work, "crd")).FullName;
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            var lines = File.ReadAllLines(file);
            File.WriteAllLines(Path.Combine(earlier, Path.GetFileName(file)), lines.Where((line, index) =>
                !IsLengthRule(line) && (index == 0 || !IsLengthRule(lines[index - 1]))));
        }
        return earlier;
    }

    static bool IsLengthRule(string line) => line.Contains("'%s'.format([dyn(self)])", StringComparison.Ordinal);
}
