using System.Diagnostics;
using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Large;

/// <summary>The page of a large project that has just got a small wheel, and that upload.</summary>
sealed class PagesAfterUploads(BenchOptions options, Results results, LargeContent content)
{
    const int Uploads = 5;

    static readonly PageForm[] _forms = [PageForm.JsonGzip, PageForm.Json];

    public void Measure(string bucket)
    {
        foreach (var setting in LargeSetting.All)
        {
            using var replicas = content.Serve(setting, bucket);
            replicas.Start();
            for (var n = 0; n < replicas.Servers.Count; n++)
            {
                var what = setting.Replicas == 1 ? setting.Name
                    : $"{setting.Name}, by {LargeSetting.GetName(n)}, asking the first";
                Measure(what, replicas.Servers[0], replicas.Servers[n]);
            }
        }
    }

    void Measure(string what, IndexServer asked, IndexServer uploader)
    {
        var scenario = $"Page of {Text(options.LargeFiles)} files after an upload";
        var page = asked.GetPage(LargeContent.Large);
        using var pages = new HttpConnection(asked.Address);
        using var client = new UploadClient(uploader);
        var uploads = new List<double>();
        foreach (var form in _forms)
        {
            pages.Get(page, form.Headers).MustSucceed(page);
            var (cpu, times) = (new List<double>(), new List<double>());
            for (var n = 0; n < Uploads; n++)
            {
                var wheel = content.NewWheel(LargeContent.Large);
                uploads.Add(GetCpu(uploader, () => client.Upload(wheel)));
                cpu.Add(GetCpu(asked, () => times.Add(Ask(pages, page, form, wheel))));
            }
            var median = Rounds.Median(cpu);
            results.Add(new Result(scenario, $"{what}: {form.Name}: CPU", $"{Text(median)} ms", "", median, " ms",
                Aim.AtMost(100), $"to the last byte {Text(Rounds.Median(times))} ms"));
        }
        var upload = Rounds.Median(uploads);
        results.Add(
            new Result(scenario, $"{what}: the upload: CPU", $"{Text(upload)} ms", "", upload, " ms", Aim: null));
    }

    /// <summary>Asks for a page, which must have the wheel if one can read it.</summary>
    static double Ask(HttpConnection connection, string page, PageForm form, Wheel wheel)
    {
        var watch = Stopwatch.StartNew();
        var answer = connection.Get(page, form.Headers).MustSucceed(page);
        var time = watch.Elapsed.TotalMilliseconds;
        return form != PageForm.Json || answer.Text.Contains(wheel.FileName, StringComparison.Ordinal) ? time
            : throw new InvalidOperationException($"{page} does not show {wheel.FileName} after its upload.");
    }

    /// <summary>Milliseconds, with what the server does after its answer.</summary>
    static double GetCpu(IndexServer server, Action work)
    {
        var before = ProcessSample.CpuOnceIdle(server.Processes);
        work();
        return Math.Round((ProcessSample.CpuOnceIdle(server.Processes) - before) * 1000);
    }
}
