using System.Diagnostics;
using System.Text.Json;
using Amazon.S3.Model;
using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Buckets;

/// <summary>
/// Backups of a repository in a directory to a bucket, and the recovery from the newest one, next to the AWS SDK that
/// moves the same bytes.
/// </summary>
sealed class BucketBackups(BenchOptions options, Results results, Minio minio)
{
    const string Scenario = "Backups to a bucket";
    const string Bucket = "bench-backups", Plain = "bench-backups-plain";
    const int FilesOfEach = 10;
    const int Payload = 20_000;

    /// <summary>As many as a restoration copies at once.</summary>
    const int Concurrent = 8;

    static readonly TimeSpan _maxWait = TimeSpan.FromMinutes(20);

    readonly WheelMaker _maker = new(Path.Combine(options.Work, "backup-wheels"), options.Seed);
    readonly string _folder = Path.Combine(options.Work, "backed-up");
    int _restorations;

    public void Measure()
    {
        minio.CreateBucket(Bucket);
        minio.CreateBucket(Plain);
        var wheels = Fill();
        var size = wheels.Sum(wheel => new FileInfo(wheel.Path).Length);
        var what = $"{Text(wheels.Length)} files in {Text(wheels.Length / FilesOfEach)} projects, {Megabytes(size)}";
        var put = Seconds(() => Crowd.Run(Concurrent, worker => Put(wheels, worker)));

        BackUp(
            "first", wheels.Length, $"the first backup of {what}", put, "the SDK's PutObject of the files, 8 at once");
        var added = Upload("2.0", 1);
        var putAdded = Seconds(() => Put(added, 0, 1));
        BackUp(
            "second", wheels.Length + added.Length, $"the next one, with {Text(added.Length)} new files", putAdded,
            "the SDK's PutObject of those, one after the other");
        Restore($"recovery of {what} into an empty directory, until it is served", wheels, added);
    }

    /// <summary>Uploads the files of a repository that has no backups yet.</summary>
    Wheel[] Fill()
    {
        using var program = new PyRepo(options.Server, _folder) { Declared = Declare("") };
        var server = program.Start();
        var wheels = new Wheel[options.Files];
        var locked = new Lock();
        Crowd.Run(Concurrent, worker =>
        {
            using var client = new UploadClient(server);
            for (var n = worker; n < wheels.Length; n += Concurrent)
            {
                lock (locked)
                    wheels[n] = Make(n / FilesOfEach, $"1.{n % FilesOfEach}");
                client.Upload(wheels[n]);
            }
        });
        return wheels;
    }

    /// <summary>Uploads a file to one of a hundred projects.</summary>
    Wheel[] Upload(string version, int each)
    {
        Wheel[] wheels =
        [
            .. from project in Enumerable.Range(0, options.Files / FilesOfEach)
               where project % 20 == 0
               from n in Enumerable.Range(0, each)
               select Make(project, $"{version}.{n}"),
        ];
        using var program = new PyRepo(options.Server, _folder) { Declared = Declare("") };
        using var client = new UploadClient(program.Start());
        foreach (var wheel in wheels)
            client.Upload(wheel);
        return wheels;
    }

    Wheel Make(int project, string version) =>
        _maker.Make($"bench-backup-{project:D5}", version, Payload, withDigests: false);

    /// <summary>Starts the server, with a request for a backup, and waits until there is one.</summary>
    void BackUp(string request, int files, string what, double sdk, string reference)
    {
        using var program = new PyRepo(options.Server, _folder) { Declared = Declare(Backups, request) };
        var (requests, received) = (minio.Count(), minio.CountReceived());
        program.Start();
        var made = Seconds(() => program.WaitUntil(
            report => report.GetProperty("backup") is var backup
                && backup.TryGetProperty("request", out var met) && met.GetString() == request,
            _maxWait));
        var counts = minio.Count() - requests;
        var memory = ProcessSample.From(program.Running.Processes);
        results.Add(new Result(Scenario, what, $"{Text(made, "0.0")} s", $"{reference} {Text(sdk, "0.0")} s",
            made / sdk, " × its time", Aim: null,
            $"{Megabytes(minio.CountReceived() - received)} sent; {counts.For(1)}; memory at most"
            + $" {Megabytes(memory.Peak)}"));
        if (request != "first")
            return;
        var sent = minio.CountSent();
        var verified = Seconds(() => program.WaitUntil(
            report => report.GetProperty("backup").TryGetProperty("verified", out var at)
                && at.ValueKind is JsonValueKind.String, _maxWait));
        results.Add(new Result(
            Scenario, $"reading it back: {Text(files)} files", $"{Text(verified, "0.0")} s", "",
            verified, " s", Aim: null, $"{Megabytes(minio.CountSent() - sent)} read"));
    }

    void Restore(string what, Wheel[] wheels, Wheel[] added)
    {
        List<double> ours = [], sdk = [];
        var (read, counts, peak) = (0.0, new RequestCounts(new Dictionary<string, double>()), 0L);
        for (var round = 0; round < options.Rounds; round++)
        {
            sdk.Add(Seconds(() => Crowd.Run(Concurrent, worker => Get(wheels, worker))));
            var folder = Path.Combine(options.Work, $"restored-{_restorations++}");
            using var program = new PyRepo(options.Server, folder) { Declared = Declare(From), MaxStart = _maxWait };
            var (before, sent) = (minio.Count(), minio.CountSent());
            ours.Add(program.TimeReady().Time.TotalSeconds);
            (read, counts) = (minio.CountSent() - sent, minio.Count() - before);
            peak = ProcessSample.From(program.Running.Processes).Peak;
            Check(program.Running, added);
            program.Stop();
            Directory.Delete(folder, recursive: true);
        }
        results.Add(new Result(Scenario, what, $"{Text(Rounds.Median(ours), "0.0")} s",
            $"the SDK's GetObject of the files, 8 at once, each written and synced {Text(Rounds.Median(sdk), "0.0")} s",
            Rounds.Ratio(ours, sdk), " × its time", Aim: null,
            $"{Megabytes(read)} read; {counts.For(1)}; memory at most {Megabytes(peak)}"));
    }

    /// <summary>Whether a file is there that was uploaded last, byte for byte.</summary>
    static void Check(IndexServer server, Wheel[] added)
    {
        using var connection = new HttpConnection(server.Address);
        var answer = connection.Get(server.LinkTo(added[^1])).MustSucceed(added[^1].FileName);
        if (!answer.Body.AsSpan().SequenceEqual(File.ReadAllBytes(added[^1].Path)))
            throw new InvalidOperationException($"{added[^1].FileName} was not restored.");
    }

    void Put(Wheel[] wheels, int worker, int workers = Concurrent)
    {
        for (var n = worker; n < wheels.Length; n += workers)
        {
            minio.Sdk.PutObjectAsync(new PutObjectRequest
            {
                BucketName = Plain,
                Key = wheels[n].FileName,
                FilePath = wheels[n].Path,
            }).GetAwaiter().GetResult();
        }
    }

    void Get(Wheel[] wheels, int worker)
    {
        var path = Path.Combine(options.Work, $"sdk-{worker}");
        for (var n = worker; n < wheels.Length; n += Concurrent)
        {
            using var answer = minio.Sdk.GetObjectAsync(Plain, wheels[n].FileName).GetAwaiter().GetResult();
            using var file = new FileStream(path, FileMode.Create);
            answer.ResponseStream.CopyTo(file);
            file.Flush(flushToDisk: true);
        }
    }

    string Backups => $"backup: {{ verify: 7d, to: {{ bucket: {minio.DeclareBucket(Bucket)} }} }}";

    string From => $"storage: {{ restoreFrom: {{ bucket: {minio.DeclareBucket(Bucket)} }} }}";

    string Declare(string spec, string request = "") => $$"""
        {{minio.DeclareKeys()}}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: bench, annotations: { pyrepo.dev/backup: "{{request}}" } }
        spec: { {{spec}} }

        """;

    static double Seconds(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalSeconds;
    }
}
