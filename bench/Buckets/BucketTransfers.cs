using System.Diagnostics;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Buckets;

/// <summary>Wheels up and down through pyrepo, next to the AWS SDK with the same files and the same MinIO.</summary>
sealed class BucketTransfers(BenchOptions options, Results results, Minio minio)
{
    const string Scenario = "Transfers to a bucket";
    const string Bucket = "bench-transfers";
    const string Plain = "bench-plain";
    const int SmallPayload = 9_000;
    const int Crowded = 8;
    const int WarmUps = 10;
    const int WarmUpPayload = 12_000_000;

    readonly WheelMaker _maker = new(Path.Combine(options.Work, "transfers"), options.Seed);

    public void Measure()
    {
        minio.CreateBucket(Bucket);
        minio.CreateBucket(Plain);
        var folder = Path.Combine(options.Work, "transfers-replica");
        using var directory = new PyRepo(options.Server, Path.Combine(options.Work, "transfers-directory"));
        using var program = new PyRepo(options.Server, folder) { Declared = minio.Declare(Bucket) };
        var (inDirectory, server) = (directory.Start(), program.Start());
        // What runs for the first time is compiled.
        for (var n = 0; n < WarmUps; n++)
        {
            var wheel = _maker.Make("bench-warm", $"1.{n}", WarmUpPayload);
            Put(wheel);
            Upload(server, wheel);
            Upload(inDirectory, wheel);
        }
        var large = MeasureLarge(server, inDirectory);
        MeasureSmall(server, inDirectory, clients: 1);
        MeasureSmall(server, inDirectory, Crowded);
        MeasureDownloads(program, folder, large);
    }

    Wheel MeasureLarge(IndexServer server, IndexServer inDirectory)
    {
        List<double> ours = [], sdk = [], put = [], local = [], cpu = [];
        Wheel wheel = null!;
        using var transfer = new TransferUtility(minio.Sdk);
        for (var round = 0; round < options.Rounds; round++)
        {
            wheel = _maker.Make("bench-large", $"1.{round}", options.BucketWheel);
            sdk.Add(Seconds(() => transfer.UploadAsync(wheel.Path, Plain, wheel.FileName).Wait()));
            var before = ProcessSample.From(server.Processes).CpuSeconds;
            ours.Add(Seconds(() => Upload(server, wheel)));
            cpu.Add((ProcessSample.From(server.Processes).CpuSeconds - before) / (options.BucketWheel / 1e9));
            put.Add(Seconds(() => Put(wheel)));
            local.Add(Seconds(() => Upload(inDirectory, wheel)));
        }
        var what = $"upload of {Text(options.BucketWheel / 1e6)} MB";
        results.Add(new Result(Scenario, what, From(ours), $"the SDK's TransferUtility {From(sdk)}",
            Rounds.Ratio(ours, sdk), " × its time", Aim.AtMost(1.2),
            $"{Text(Rounds.Median(cpu), "0.0")} CPU-s/GB; the SDK's PutObject {From(put)};"
            + $" pyrepo into a directory {From(local)}"));
        var peak = ProcessSample.From(server.Processes).Peak;
        results.Add(new Result(Scenario, $"{what}: memory at most", Megabytes(peak), "", peak / (double)(1 << 20),
            " MiB", Aim.AtMost(110)));
        return wheel;
    }

    void MeasureSmall(IndexServer server, IndexServer inDirectory, int clients)
    {
        List<double> ours = [], sdk = [], local = [], cpu = [];
        for (var round = 0; round < options.Rounds; round++)
        {
            var each = options.SmallUploads / clients;
            Wheel[][] wheels = [.. Enumerable.Range(0, clients).Select(client => Enumerable.Range(0, each).Select(
                n => _maker.Make($"bench-small-{clients}-{client}", $"1.{round}.{n}", SmallPayload)).ToArray())];
            sdk.Add(Rate(wheels, Put));
            var before = ProcessSample.From(server.Processes).CpuSeconds;
            ours.Add(Rate(wheels, wheel => Upload(server, wheel)));
            cpu.Add((ProcessSample.From(server.Processes).CpuSeconds - before) * 1e3 / (each * clients));
            local.Add(Rate(wheels, wheel => Upload(inDirectory, wheel)));
        }
        var ratio = Rounds.Ratio(ours, sdk);
        var how = clients == 1 ? "one after the other" : $"{clients} at once into {clients} projects";
        results.Add(new Result(Scenario, $"uploads of 10 KB, {how}", $"{Text(Rounds.Median(ours))}/s",
            $"the SDK's PutObject {Text(Rounds.Median(sdk))}/s", ratio, " × its rate",
            Aim.AtLeast(0.45),
            $"{Text(Rounds.Median(cpu), "0.0")} ms CPU each; pyrepo into a directory {Text(Rounds.Median(local))}/s"));
    }

    void MeasureDownloads(PyRepo program, string folder, Wheel wheel)
    {
        List<double> stream = [], sdk = [], redirect = [], cpu = [];
        var length = new FileInfo(wheel.Path).Length;
        using var following = new PyRepo(options.Server, folder) { Declared = minio.Declare(Bucket, "Redirect") };
        for (var round = 0; round < options.Rounds; round++)
        {
            program.Stop();
            var server = program.Start();
            var link = server.LinkTo(wheel);
            // A server that has just started reads all records.
            minio.WaitUntilQuiet();
            sdk.Add(Seconds(() => Get(wheel, length)));
            var before = ProcessSample.From(server.Processes).CpuSeconds;
            stream.Add(Fetch.From(server, link, length: length).Whole);
            cpu.Add((ProcessSample.From(server.Processes).CpuSeconds - before) / (length / 1e9));
            program.Stop();
            server = following.Start();
            link = server.LinkTo(wheel);
            minio.WaitUntilQuiet();
            redirect.Add(Seconds(() => Follow(server, link, length)));
            following.Stop();
        }
        var what = $"download of {Text(length / 1e6)} MB";
        results.Add(new Result(Scenario, $"{what}, Stream", From(stream), $"the SDK's GetObject {From(sdk)}",
            Rounds.Ratio(stream, sdk), " × its time", Aim.AtMost(1.5), $"{Text(Rounds.Median(cpu), "0.0")} CPU-s/GB"));
        results.Add(new Result(Scenario, $"{what}, Redirect", From(redirect), $"Stream {From(stream)}",
            Rounds.Ratio(redirect, stream), " × its time", Aim.AtMost(1)));
    }

    void Put(Wheel wheel) => minio.Sdk.PutObjectAsync(
        new PutObjectRequest { BucketName = Plain, Key = wheel.FileName, FilePath = wheel.Path }).Wait();

    void Get(Wheel wheel, long length)
    {
        using var response = minio.Sdk.GetObjectAsync(Plain, wheel.FileName).Result;
        var (buffer, received) = (new byte[256 * 1024], 0L);
        for (int read; (read = response.ResponseStream.Read(buffer)) > 0;)
            received += read;
        if (received != length)
            throw new InvalidOperationException($"GetObject: {received} bytes instead of {length}.");
    }

    void Follow(IndexServer server, string link, long length)
    {
        using var first = new HttpConnection(server.Address);
        var answer = first.Get(link);
        if (answer.Status != 302)
            throw new InvalidOperationException($"{link}: {answer.Status} {answer.Text}");
        using var second = new HttpConnection(minio.Address);
        var received = 0L;
        second.Get(new Uri(answer.Headers["location"]).PathAndQuery, [], part => received += part.Length)
            .MustSucceed("the object");
        if (received != length)
            throw new InvalidOperationException($"{link}: {received} bytes instead of {length}.");
    }

    static void Upload(IndexServer server, Wheel wheel)
    {
        using var client = new UploadClient(server);
        client.Upload(wheel);
    }

    static double Rate(Wheel[][] wheels, Action<Wheel> upload) => wheels.Sum(each => each.Length)
        / Seconds(() => Crowd.Run(wheels.Length, client => Array.ForEach(wheels[client], upload)));

    static double Seconds(Action work)
    {
        ChildProcess.Run("sync");
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalSeconds;
    }

    static string From(List<double> times) => $"{Text(Rounds.Median(times), "0.00")} s";
}
