using Bench.Clients;
using Bench.Measuring;
using Bench.Scenarios;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Buckets;

/// <summary>From exec to ready and to the first page, and the memory then, on a bucket and in a directory.</summary>
sealed class BucketStarts(BenchOptions options, Results results, Minio minio, BucketContent content)
{
    const string Scenario = "Start on a bucket";

    public void Measure()
    {
        Measure($"{Text(content.Names.Count)} projects of {BucketContent.FilesOfEach} files", BucketContent.Many,
            content.Names, BucketContent.FilesOfEach, Aim.AtMost(0.5));
        content.FillWide();
        Measure($"one project of {Text(options.BucketWideFiles)} files", BucketContent.Wide, [BucketContent.Wide],
            options.BucketWideFiles, aim: null);
    }

    void Measure(string what, string bucket, IReadOnlyList<string> projects, int files, Aim? aim)
    {
        using var inBucket = content.InBucket(bucket, "first");
        using var inDirectory = content.InDirectory(bucket);
        List<StartFigures> ours = [], theirs = [];
        var requests = new RequestCounts(new Dictionary<string, double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            var project = projects[new Random(options.Seed + round).Next(projects.Count)];
            theirs.Add(Start(inDirectory, project, files));
            var before = minio.Count();
            ours.Add(Start(inBucket, project, files));
            requests = minio.Count() - before;
        }
        Report($"{what}: exec to ready", figures => figures.Ready, aim, $"until after the page: {requests.For(1)}");
        Report($"{what}: exec to the first page", figures => figures.Ready + figures.Page, aim,
            $"the page alone {Text(Median(ours, o => o.Page), "0.00")} s, "
            + $"directory {Text(Median(theirs, t => t.Page), "0.00")} s");
        results.Add(new Result(Scenario, $"{what}: memory after it", Megabytes(Median(ours, o => o.Resident)),
            $"directory {Megabytes(Median(theirs, t => t.Resident))}",
            Median(ours, o => o.Resident) / Median(theirs, t => t.Resident), " × its memory", Aim: null,
            $"at most {Megabytes(Median(ours, o => o.Peak))}, directory {Megabytes(Median(theirs, t => t.Peak))}"));

        void Report(string row, Func<StartFigures, double> of, Aim? limit, string also) => results.Add(new Result(
            Scenario, row, $"{Text(Median(ours, of), "0.00")} s",
            $"directory {Text(Median(theirs, of), "0.00")} s",
            Median(ours, of), " s", limit,
            $"{Text(Rounds.Ratio(ours.Select(of), theirs.Select(of)), "0.0")} × the directory's time; {also}"));
    }

    static double Median(List<StartFigures> starts, Func<StartFigures, double> of) => Rounds.Median(starts.Select(of));

    static StartFigures Start(PyRepo program, string project, int files)
    {
        var (server, ready) = program.TimeReady();
        var page = Fetch.From(server, server.GetPage(project), ManyProjects.Headers);
        var memory = ProcessSample.From(server.Processes);
        using (var connection = new HttpConnection(server.Address))
        {
            var found = IndexServer.CountLinks(connection.Get(server.GetPage(project), IndexServer.AcceptHtml).Text);
            if (found != files)
                throw new InvalidOperationException($"The page of {project} has {found} files instead of {files}.");
        }
        program.Stop();
        return new StartFigures(ready.TotalSeconds, page.Whole, memory.Resident, memory.Peak);
    }
}
