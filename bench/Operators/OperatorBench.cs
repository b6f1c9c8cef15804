using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Bench.Clients;
using Bench.Measuring;
using static Bench.Results;

namespace Bench.Operators;

/// <summary>
/// The operator with many resources on a real API server: how long until all children are there, next to a bare client
/// that makes as many objects; its memory, what it asks for, and how long a visit takes that finds nothing to do.
/// </summary>
sealed class OperatorBench(BenchOptions options, Results results)
{
    const string Scenario = "Operator";
    const int Workers = 12;
    const int Namespaces = 10;
    static readonly string[] _children =
        ["/api/v1/serviceaccounts", "/api/v1/configmaps", "/api/v1/services", "/apis/apps/v1/deployments"];

    /// <summary>As in the image, in a container with the chart's memory limit.</summary>
    public static IReadOnlyDictionary<string, string> AsInTheImage { get; } = new Dictionary<string, string>
    {
        ["DOTNET_GCHeapHardLimit"] = "8000000",
    };

    public void Run()
    {
        using var api = new KubeApi(BenchOptions.Root, Path.Combine(options.Work, "kubernetes"));
        api.Kubectl("apply", "--server-side", "-f", Path.Combine(BenchOptions.Root, "config/crd"));
        api.Kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f",
            Path.Combine(BenchOptions.Root, "config/crd"));
        Crowd.Run(1, _ =>
        {
            for (var n = 0; n < Namespaces; n++)
                api.Create("/api/v1/namespaces", $$"""{ "metadata": { "name": "bench-{{n}}" } }""");
            api.Create("/api/v1/namespaces", """{ "metadata": { "name": "bare" } }""");
        });
        var bare = MakeBare(api);
        using (var started = Start(api))
        {
            MeasureCreation(api, started, bare);
            MeasureSteadyState(api, started);
            MeasureVisits(api, started);
        }
        MeasureStart(api);
        using (var started = Start(api))
            MeasureStalled(api, started);
    }

    /// <summary>How many objects a client makes in a second that does nothing else.</summary>
    double MakeBare(KubeApi api)
    {
        var count = options.Resources * _children.Length;
        var watch = Stopwatch.StartNew();
        Crowd.Run(Workers, worker =>
        {
            for (var n = worker; n < count; n += Workers)
            {
                api.Create("/api/v1/namespaces/bare/configmaps",
                    $$"""{ "metadata": { "name": "bare-{{n}}" }, "data": { "text": "{{new string('x', 1000)}}" } }""");
            }
        });
        return count / watch.Elapsed.TotalSeconds;
    }

    void MeasureCreation(KubeApi api, Started started, double bare)
    {
        var before = _children.Sum(api.Count);
        var since = api.AuditEnd;
        var (ours, theirs) =
            (ProcessSample.From([started.Process.Id]).CpuSeconds, ProcessSample.From(api.Processes).CpuSeconds);
        var watch = Stopwatch.StartNew();
        Crowd.Run(2, worker =>
        {
            for (var n = worker; n < options.Resources; n += 2)
                api.Create(
                    $"/apis/pyrepo.dev/v1alpha1/namespaces/bench-{n % Namespaces}/pythonrepositories",
                    $$"""
                    { "apiVersion": "pyrepo.dev/v1alpha1", "kind": "PythonRepository", "metadata": { "name": "repository-{{n}}" },
                      "spec": { "storage": { "ephemeral": {} }, "suspend": true } }
                    """);
        });
        var wanted = options.Resources * _children.Length;
        while (_children.Sum(api.Count) - before < wanted)
            Thread.Sleep(100);
        var seconds = watch.Elapsed.TotalSeconds;
        ours = ProcessSample.From([started.Process.Id]).CpuSeconds - ours;
        theirs = ProcessSample.From(api.Processes).CpuSeconds - theirs;
        var requests = api.Requests("pyrepo-operator", since);
        var writes = requests.Where(r => r.Key.Split(' ')[0] is "patch" or "create").Sum(r => r.Value);
        results.Add(
            new Result(Scenario, $"{Text(options.Resources)} resources, from the first to all {Text(wanted)} children",
            $"{Text(seconds, "0.0")} s, {Text(writes / seconds)} writes/s", $"a bare client {Text(bare)} ConfigMaps/s",
            writes / seconds / bare, " × its rate", Aim: null,
            $"CPU: operator {Text(ours, "0.0")} s, API server and etcd {Text(theirs, "0.0")} s; "
            + $"{Text(requests.Values.Sum())} requests"));
    }

    void MeasureSteadyState(KubeApi api, Started started)
    {
        // What no Deployment controller does here: none of them has pods, as it shall be.
        Crowd.Run(4, worker =>
        {
            for (var n = worker; n < options.Resources; n += 4)
                api.Merge(
                    $"/apis/apps/v1/namespaces/bench-{n % Namespaces}/deployments/repository-{n}/status",
                    """{ "status": { "observedGeneration": 1, "replicas": 0 } }""");
        });
        MakePods(api);
        Thread.Sleep(options.IdleTime);
        if (api.ReadyReasons("/apis/pyrepo.dev/v1alpha1/pythonrepositories") is var reasons
            && reasons.Keys.Any(reason => !reason.StartsWith("True ", StringComparison.Ordinal)))
        {
            throw new InvalidOperationException($"Not all resources are ready: {string.Join(", ", reasons)}");
        }
        var since = api.AuditEnd;
        var before = ProcessSample.From([started.Process.Id]);
        Thread.Sleep(options.IdleTime);
        var after = ProcessSample.From([started.Process.Id]);
        var requests = api.Requests("pyrepo-operator", since);
        var writes = Writes(requests);
        results.Add(new Result(Scenario, $"{Text(options.Resources)} resources: resident memory at a steady state",
            Megabytes(after.Resident), $"peak {Megabytes(after.Peak)}", after.Resident / (double)(1 << 20), " MiB",
            Aim.AtMost(options.Resources > 1_000 ? 150 : 64)));
        results.Add(
            new Result(
                Scenario, $"writes in {options.IdleTime.TotalSeconds} s of it, but the Lease's", Show(writes), "",
                writes.Sum(w => w.Value), "", Aim.AtMost(0),
                $"{requests.Values.Sum()} requests in all, "
                + $"{Text(after.CpuSeconds - before.CpuSeconds, "0.00")} s CPU"));
    }

    /// <summary>All resources name an image that is not allowed: nothing but somebody's change can help them.</summary>
    void MeasureStalled(KubeApi api, Started started)
    {
        Crowd.Run(4, worker =>
        {
            for (var n = worker; n < options.Resources; n += 4)
            {
                api.Merge(
                    $"/apis/pyrepo.dev/v1alpha1/namespaces/bench-{n % Namespaces}/pythonrepositories/repository-{n}",
                    """{ "spec": { "server": { "image": "elsewhere.example.com/pyrepo:1" } } }""");
            }
        });
        Thread.Sleep(options.IdleTime);
        var since = api.AuditEnd;
        var visits = Visits(started);
        Thread.Sleep(options.IdleTime);
        visits = Visits(started) - visits;
        var writes = Show(Writes(api.Requests("pyrepo-operator", since)));
        results.Add(new Result(Scenario, $"{Text(options.Resources)} resources that are stalled: visits a second",
            $"{visits} in {options.IdleTime.TotalSeconds} s", writes,
            visits / options.IdleTime.TotalSeconds, "/s", Aim.AtMost(1)));
    }

    static List<KeyValuePair<string, int>> Writes(Dictionary<string, int> requests) =>
        [.. requests.Where(
            r => r.Key.Split(' ') is ["patch" or "create" or "update" or "delete", not "leases"])];

    static string Show(List<KeyValuePair<string, int>> writes) =>
        $"{Text(writes.Sum(w => w.Value))} writes"
        + string.Concat(writes.Select(w => $", {w.Key}: {w.Value}"));

    /// <summary>How many visits ended.</summary>
    static double Visits(Started started) =>
        Buckets(started.Metrics()) is { Count: > 0 } buckets ? buckets[^1].Count : 0;

    /// <summary>
    /// As many pods as resources, each of the size of a real one: about 8 KB. They are no resource's: one that is
    /// suspended would wait for the end of its pods.
    /// </summary>
    void MakePods(KubeApi api)
    {
        var variables = string.Join(',', Enumerable.Range(0, 60).Select(
            i => $$"""{ "name": "VARIABLE_{{i}}", "value": "{{new string('x', 40)}}" }"""));
        Crowd.Run(4, worker =>
        {
            for (var n = worker; n < options.Resources; n += 4)
            {
                api.Create($"/api/v1/namespaces/bench-{n % Namespaces}/pods", $$"""
                    { "metadata": { "name": "pod-{{n}}",
                        "labels": { "pyrepo.dev/kind": "PythonRepository", "pyrepo.dev/name": "another-{{n}}" } },
                      "spec": { "automountServiceAccountToken": false, "containers": [ {
                        "name": "server", "image": "example.com/pyrepo:1", "env": [ {{variables}} ],
                        "ports": [ { "name": "management", "containerPort": 8081 } ] } ] } }
                    """);
            }
        });
    }

    /// <summary>Visits to resources of which nothing but an annotation changed, one after the other.</summary>
    void MeasureVisits(KubeApi api, Started started)
    {
        var before = Buckets(started.Metrics());
        var visits = Math.Min(200, options.Resources);
        for (var n = 0; n < visits; n++)
        {
            var done = Buckets(started.Metrics())[^1].Count;
            api.Merge(
                $"/apis/pyrepo.dev/v1alpha1/namespaces/bench-{n % Namespaces}/pythonrepositories/repository-{n}",
                $$"""{ "metadata": { "annotations": { "bench": "{{started.Process.Id}}" } } }""");
            while (Buckets(started.Metrics())[^1].Count == done)
                Thread.Sleep(1);
        }
        var buckets =
            Buckets(started.Metrics()).Zip(before, (now, then) => (now.Limit, Count: now.Count - then.Count)).ToList();
        var (p50, p99) = (Quantile(0.5), Quantile(0.99));
        results.Add(new Result(
            Scenario, $"{Text(visits)} visits that find nothing to do, p99", $"≤ {Text(p99 * 1e3, "0.#")} ms",
            $"p50 ≤ {Text(p50 * 1e3, "0.#")} ms", p99 * 1e3, " ms", Aim.AtMost(50)));

        double Quantile(double share) => buckets.First(b => b.Count >= share * buckets[^1].Count).Limit;
    }

    /// <summary>A new process that finds all resources and children there.</summary>
    void MeasureStart(KubeApi api)
    {
        var since = api.AuditEnd;
        var watch = Stopwatch.StartNew();
        using var started = Start(api);
        while (Buckets(started.Metrics()) is var buckets && (buckets.Count == 0 || buckets[^1].Count == 0))
            Thread.Sleep(10);
        var first = watch.Elapsed.TotalSeconds;
        while (Buckets(started.Metrics())[^1].Count < options.Resources)
            Thread.Sleep(50);
        var all = watch.Elapsed.TotalSeconds;
        Thread.Sleep(options.IdleTime);
        var memory = ProcessSample.From([started.Process.Id]);
        // Not after the creation: what was asked for while a resource waited comes once more, in the next 20 minutes.
        var visits = Visits(started);
        Thread.Sleep(options.IdleTime);
        visits = Visits(started) - visits;
        var writes = Show(Writes(api.Requests("pyrepo-operator", since)));
        results.Add(new Result(Scenario, $"start with {Text(options.Resources)} resources: exec to the first visit",
            $"{Text(first, "0.0")} s", $"to the last {Text(all, "0.0")} s", first, " s", Aim.AtMost(10),
            writes));
        results.Add(new Result(Scenario, $"start with {Text(options.Resources)} resources: resident memory after it",
            Megabytes(memory.Resident), $"peak {Megabytes(memory.Peak)}", memory.Resident / (double)(1 << 20), " MiB",
            Aim.AtMost(options.Resources > 1_000 ? 150 : 64)));
        results.Add(new Result(Scenario, $"{Text(options.Resources)} resources that are ready: visits a second",
            $"{visits} in {options.IdleTime.TotalSeconds} s", "", visits / options.IdleTime.TotalSeconds, "/s",
            Aim.AtMost(0.1)));
    }

    static List<(double Limit, double Count)> Buckets(string metrics)
    {
        const string name = "controller_runtime_reconcile_time_seconds_bucket{controller=\"pythonrepository\",le=\"";
        return
        [
            .. from line in metrics.Split('\n')
               where line.StartsWith(name, StringComparison.Ordinal)
               let parts = line[name.Length..].Split("\"} ")
               select (parts[0] == "+Inf" ? double.PositiveInfinity
                   : double.Parse(parts[0], CultureInfo.InvariantCulture),
                   double.Parse(parts[1], CultureInfo.InvariantCulture)),
        ];
    }

    Started Start(KubeApi api)
    {
        var process = ChildProcess.Start(
            options.Operator,
            ["run", "--kubeconfig", api.Kubeconfig, "--server-image", "example.com/pyrepo:1",
                "--listen", "127.0.0.1:0"],
            ["Management on "], AsInTheImage);
        var started = new Started(process, new Uri(process.LineAfter("Management on ").Trim()));
        while (!started.IsReady())
            Thread.Sleep(50);
        return started;
    }

    /// <summary>An operator that runs.</summary>
    sealed record Started(ChildProcess Process, Uri Management) : IDisposable
    {
        public bool IsReady()
        {
            try
            {
                return Ask("/readyz").Status == 200;
            }
            catch (SocketException) when (Process.ExitCode is { } code)
            {
                throw new InvalidOperationException($"The operator ended with {code}: {Process.Output}");
            }
        }

        public HttpAnswer Ask(string path)
        {
            using var connection = new HttpConnection(Management);
            return connection.Get(path);
        }

        public string Metrics() => Ask("/metrics").Text;

        public void Dispose() => Process.Dispose();
    }
}
