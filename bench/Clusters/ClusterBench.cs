using System.Diagnostics;
using System.Globalization;
using Bench.Measuring;
using static Bench.Results;

namespace Bench.Clusters;

/// <summary>
/// On the cluster that <c>./dev cluster</c> made: how soon a repository is Ready, and what its programs weigh.
/// </summary>
sealed class ClusterBench(BenchOptions options, Results results)
{
    const string Scenario = "Cluster";
    const string Namespace = "bench";

    public void Run()
    {
        foreach (var (image, limit) in ((string, double)[])[("pyrepo", 15), ("pyrepo-operator", 10)])
        {
            var size = new FileInfo(Path.Combine(BenchOptions.Root, "artifacts/images", $"{image}.tar")).Length;
            results.Add(new Result(Scenario, $"image {image}, compressed", $"{Text(size / 1e6, "0.0")} MB", "",
                size / 1e6, " MB", Aim.AtMost(limit)));
        }
        Kubectl("create", "namespace", Namespace);
        try
        {
            UntilReady();
            Thread.Sleep(options.IdleTime);
            Memory("/app/pyrepo-operator", "the operator, idle (the larger of two)", limit: 30);
            Memory("/app/pyrepo", "a server, idle (the largest)", limit: 40);
        }
        finally
        {
            Kubectl("delete", "namespace", Namespace);
        }
    }

    void UntilReady()
    {
        foreach (var (what, storage) in new[]
        {
            ("on a volume", "persistentVolumeClaim: { size: 1Gi }"), ("ephemeral", "ephemeral: {}"),
        })
        {
            var times = new List<double>();
            for (var round = 0; round < options.Rounds; round++)
            {
                var manifest = Path.Combine(options.Work, "manifest.yaml");
                File.WriteAllText(manifest, $$"""
                    apiVersion: pyrepo.dev/v1alpha1
                    kind: PythonRepository
                    metadata: { name: {{what.Replace(' ', '-')}}-{{round}} }
                    spec: { storage: { {{storage}} } }
                    """);
                var watch = Stopwatch.StartNew();
                Kubectl("apply", "-n", Namespace, "-f", manifest);
                Kubectl("wait", "-n", Namespace, "--for=condition=Ready", "--timeout=2m", "-f", manifest);
                times.Add(watch.Elapsed.TotalSeconds);
            }
            results.Add(new Result(Scenario, $"apply to Ready, {what}, the image on the node",
                $"{Text(Rounds.Median(times), "0.00")} s", "",
                Rounds.Median(times), " s", Aim.AtMost(3),
                $"{Text(times.Min(), "0.00")} to {Text(times.Max(), "0.00")} s, kubectl's own start in it"));
        }
    }

    /// <summary>The containers' processes are this machine's.</summary>
    void Memory(string program, string what, double limit)
    {
        var largest = Process.GetProcesses().Where(p => IsOf(p, program)).MaxBy(p => p.WorkingSet64)!;
        var own = File.ReadLines($"/proc/{largest.Id}/status").First(
            line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        var kibibytes = double.Parse(
            own.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
        results.Add(new Result(
            Scenario, what, Megabytes(largest.WorkingSet64), "", largest.WorkingSet64 / (double)(1 << 20), " MiB",
            Aim.AtMost(limit),
            $"{Megabytes(1024 * kibibytes)} of it its own, the rest files, which all of the image share on a node"));
    }

    static bool IsOf(Process process, string program)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline").Split('\0')[0] == program;
        }
        catch (IOException)
        {
            return false;
        }
    }

    static void Kubectl(params string[] arguments) => ChildProcess.Run("kubectl", arguments);
}
