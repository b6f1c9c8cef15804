using System.Diagnostics;
using System.Security.Cryptography;
using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>A big wheel, downloaded once and seven times at once, while somebody asks for pages.</summary>
sealed class Downloads(BenchOptions options, Results results, long idle)
{
    const int Crowded = 7;

    static readonly TimeSpan _pagePause = TimeSpan.FromMilliseconds(5);

    public void Measure(IndexServer server, Wheel wheel, string sitePath, StaticServer nginx, StaticServer kestrel)
    {
        Verify(server, wheel);
        ProcessSample.ResetPeak(server.Processes);
        foreach (var clients in new[] { 1, Crowded })
        {
            var page = PageFormat.All[0].GetPath(Population.Narrow);
            var ours = GetSeries(server, wheel);
            var theirs = new Series(nginx.Address, sitePath, page, nginx.Processes);
            var bare = new Series(kestrel.Address, sitePath, page, kestrel.Processes);
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var series in new[] { theirs, ours, bare })
                    series.Run(clients);
            }

            Aim? aim = clients == Crowded ? Aim.AtMost(1.1) : null;
            var what = $"{clients} × {Text(options.BigWheel / 1e6)} MB";
            var ratio = Rounds.Ratio(ours.Times, theirs.Times);
            results.Add(new Result("Downloads", what, ours.Describe(), $"nginx {theirs.Describe()}", ratio,
                " × nginx's time", aim, $"bare Kestrel {bare.Describe()}")
            {
                Bar = clients == Crowded ? Bar.OfTime($"download of {what} at once", "nginx", ratio, aim?.Limit) : null,
            });
            if (clients == Crowded)
                ReportPages(ours, theirs, bare);
        }

        Memory.Report(results, "Downloads", $"peak during {Crowded} downloads at once", server, idle);
    }

    /// <summary>The same against another index server, once.</summary>
    public void Compare(IndexServer server, IndexServer peer, Wheel wheel, string how)
    {
        // A proxy keeps it from then on.
        Verify(server, wheel);
        Verify(peer, wheel);
        foreach (var clients in new[] { 1, Crowded })
        {
            var (ours, theirs) = (GetSeries(server, wheel), GetSeries(peer, wheel));
            theirs.Run(clients);
            ours.Run(clients);
            var what = $"{how}, {clients} × {Text(new FileInfo(wheel.Path).Length / 1e6)} MB";
            var ratio = Rounds.Ratio(ours.Times, theirs.Times);
            results.Add(new Result("Peers", what, ours.Describe(), $"{peer.Name} {theirs.Describe()}", ratio,
                " × its time", Aim: null)
            {
                Bar = clients == 1 ? null : Bar.OfTime(what, peer.Name, 1 / ratio, aim: null) with { IsPeer = true },
            });
        }
    }

    void ReportPages(Series ours, Series theirs, Series bare) =>
        results.Add(new Result("Downloads", $"a page during {Crowded} downloads", ours.DescribePages(),
            $"nginx {theirs.DescribePages()}", ours.SlowestPages / theirs.SlowestPages, " × nginx's p99", Aim: null,
            $"bare Kestrel {bare.DescribePages()}"));

    static Series GetSeries(IndexServer server, Wheel wheel) =>
        new(server.Address, server.LinkTo(wheel), server.GetPage(Population.Narrow), server.Processes);

    static void Verify(IndexServer server, Wheel wheel)
    {
        using var connection = new HttpConnection(server.Address);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        connection.Get(server.LinkTo(wheel), [], hash.AppendData).MustSucceed(wheel.FileName);
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != wheel.Sha256)
            throw new InvalidOperationException($"{server.Name} sent other bytes of {wheel.FileName} than it got.");
    }

    /// <summary>One server's downloads, round after round.</summary>
    sealed record Series(Uri Server, string File, string Page, IReadOnlyList<int> Processes)
    {
        double _cpu;
        long _bytes;

        public List<double> Times { get; } = [];

        /// <summary>In milliseconds.</summary>
        public List<double> PageTimes { get; } = [];

        /// <summary>What 99 % of the pages don't exceed, in milliseconds.</summary>
        public double SlowestPages => Rounds.Percentile(PageTimes, 0.99);

        public void Run(int clients)
        {
            using var finished = new CancellationTokenSource();
            var pages = Crowd.Start(() => AskForPages(finished.Token));
            var before = ProcessSample.From(Processes).CpuSeconds;
            var watch = Stopwatch.StartNew();
            Crowd.Run(clients, _ => Download());
            Times.Add(watch.Elapsed.TotalSeconds);
            _cpu += ProcessSample.From(Processes).CpuSeconds - before;
            finished.Cancel();
            pages.Wait(CancellationToken.None);
        }

        public string Describe() =>
            $"{Text(Rounds.Median(Times), "0.00")} s, {Text(_cpu / (_bytes / 1e9), "0.00")} CPU-s/GB";

        public string DescribePages() =>
            $"p50 {Text(Rounds.Percentile(PageTimes, 0.5), "0.0")} ms, p99 {Text(SlowestPages, "0.0")} ms";

        void Download()
        {
            using var connection = new HttpConnection(Server);
            long received = 0;
            connection.Get(File, [], part => received += part.Length).MustSucceed(File);
            Interlocked.Add(ref _bytes, received);
        }

        void AskForPages(CancellationToken finished)
        {
            using var connection = new HttpConnection(Server);
            while (!finished.IsCancellationRequested)
            {
                var watch = Stopwatch.StartNew();
                connection.Get(Page, IndexServer.AcceptHtml).MustSucceed(Page);
                PageTimes.Add(watch.Elapsed.TotalMilliseconds);
                Thread.Sleep(_pagePause);
            }
        }
    }
}
