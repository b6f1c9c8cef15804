using Bench.Clients;
using Bench.Scenarios;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Buckets;

/// <summary>What S3 is asked for a page, an upload and an installation, as MinIO counts it.</summary>
sealed class BucketRequests(BenchOptions options, Results results, Minio minio, BucketContent content)
{
    const string Scenario = "Requests to S3";
    const int Payload = 20_000;
    const int Wheels = 40;

    public void Measure()
    {
        using var first = content.InBucket(BucketContent.Many, "first");
        using var second = content.InBucket(BucketContent.Many, "second");
        var before = minio.Count();
        var server = first.Start();
        minio.WaitUntilQuiet();
        Report($"a start with {Text(content.Names.Count)} projects", 1, minio.Count() - before, aim: null);
        Read("alone", server, warmAim: 0);
        var wheels = Upload(server, "1.0", "a new project");
        Upload(server, "1.1", "a project with one file");
        Install("alone", server, wheels);
        first.Stop();

        server = first.Start();
        second.Start();
        first.WaitForOthers();
        minio.WaitUntilQuiet();
        Read("one of two replicas", server, warmAim: 1);
        Install("one of two replicas", server, wheels);
    }

    void Read(string how, IndexServer server, double warmAim)
    {
        string[] paths = [.. content.Names.Select(server.GetPage)];
        Report($"a page, {how}, cold", paths.Length, minio.CountReads(() => Ask(server, paths)), Aim.AtMost(1));
        Report($"a page, {how}, warm", paths.Length, minio.CountReads(() => Ask(server, paths)), Aim.AtMost(warmAim));
    }

    Wheel[] Upload(IndexServer server, string version, string project)
    {
        var maker = new WheelMaker(Path.Combine(options.Work, "installed"), options.Seed);
        Wheel[] wheels =
            [.. Enumerable.Range(0, Wheels).Select(n => maker.Make($"bench-installed-{n}", version, Payload))];
        using var client = new UploadClient(server);
        var before = minio.Count();
        foreach (var wheel in wheels)
            client.Upload(wheel);
        Report($"an upload of 20 KB into {project}, alone", Wheels, minio.Count() - before, aim: null);
        return wheels;
    }

    /// <summary>What pip asks: the page, the metadata and the file, the first time and again.</summary>
    void Install(string how, IndexServer server, Wheel[] wheels)
    {
        var links = new Dictionary<Wheel, string>();
        foreach (var (state, pageOnly) in new[] { ("cold", true), ("cold", false), ("warm", false) })
        {
            var counts = minio.CountReads(() =>
            {
                foreach (var wheel in wheels)
                {
                    if (pageOnly)
                    {
                        links[wheel] = server.LinkTo(wheel);
                        continue;
                    }
                    Ask(server, [server.GetPage(wheel.Project), $"{links[wheel]}.metadata", links[wheel]]);
                }
            });
            var what = pageOnly ? $"a page of a project with two files, {how}, first"
                : $"page, metadata and file, {how}, {(state == "cold" ? "page warm" : "again")}";
            Report(what, wheels.Length, counts, aim: null);
        }
    }

    static void Ask(IndexServer server, IEnumerable<string> paths)
    {
        using var connection = new HttpConnection(server.Address);
        foreach (var path in paths)
            connection.Get(path, ManyProjects.Headers).MustSucceed(path);
    }

    void Report(string what, int count, RequestCounts counts, Aim? aim) => results.Add(new Result(
        Scenario, what, counts.For(count), "", Math.Round(counts.All / count, 2), " requests", aim));
}
