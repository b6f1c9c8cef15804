using System.Globalization;
using Bench;
using Bench.Buckets;
using Bench.Clusters;
using Bench.Hostile;
using Bench.Hostile.Upstream;
using Bench.Large;
using Bench.Mirrors;
using Bench.Operators;
using Bench.Scaling;
using Bench.Servers;

if (args is ["kestrel", var root])
{
    await BareKestrel.RunAsync(root);
    return 0;
}

if (args is ["upstream", var port])
{
    await HostileUpstream.RunAsync(int.Parse(port, CultureInfo.InvariantCulture));
    return 0;
}

if (args is ["synthetic", var at, var projects])
{
    await SyntheticIndex.RunAsync(
        int.Parse(at, CultureInfo.InvariantCulture), int.Parse(projects, CultureInfo.InvariantCulture));
    return 0;
}

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (ArgumentException error)
{
    await Console.Error.WriteLineAsync($"{error.Message}\n{BenchOptions.Usage}");
    return 2;
}

string[] needed = options.Subject switch
{
    Subject.Operator or Subject.Tenants => [options.Operator],
    Subject.Cluster => ["kubectl"],
    Subject.Hostile => [options.Server, "du"],
    Subject.Buckets => [options.Server, "wrk", "b2sum"],
    Subject.Large => [options.Server, "b2sum"],
    Subject.Mirror => [options.Server],
    Subject.Scale => [options.Server, "nginx", "wrk", "b2sum"],
    _ => [options.Server, "nginx", "b2sum"],
};
foreach (var program in needed)
{
    if (ChildProcess.Exists(program))
        continue;
    await Console.Error.WriteLineAsync($"{program} is missing. Build the server in Release; install nginx (and wrk).");
    return 2;
}

if (Directory.Exists(options.Work))
{
    await Console.Error.WriteLineAsync(
        $"{options.Work} exists. --work must be a new folder: it is removed at the end.");
    return 2;
}

Directory.CreateDirectory(options.Work);
try
{
    if (options.Subject is Subject.Server)
    {
        new BenchRun(options).Run();
        return 0;
    }
    if (options.Subject is Subject.Hostile)
    {
        await new HostileBench(options).RunAsync();
        return 0;
    }
    var results = new Results(options);
    if (options.Subject is Subject.Operator)
        new OperatorBench(options, results).Run();
    else if (options.Subject is Subject.Tenants)
        new TenantBench(options, results).Run();
    else if (options.Subject is Subject.Buckets)
        new BucketBench(options, results).Run();
    else if (options.Subject is Subject.Large)
        new LargeBench(options, results).Run();
    else if (options.Subject is Subject.Scale)
        new ScaleBench(options, results).Run();
    else if (options.Subject is Subject.Mirror)
        new MirrorBench(options, results).Run();
    else
        new ClusterBench(options, results).Run();
    results.Finish();
    return 0;
}
catch (Exception error)
{
    // What went wrong, and a status, rather than a core dump.
    await Console.Error.WriteLineAsync($"{error}");
    return 1;
}
finally
{
    ChildProcess.Run("rm", "-rf", options.Work);
}
