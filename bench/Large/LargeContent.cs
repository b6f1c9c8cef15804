using Bench.Buckets;
using Bench.Clients;
using Bench.Servers;

namespace Bench.Large;

/// <summary>The same large projects in a directory and in a bucket.</summary>
sealed class LargeContent(BenchOptions options, Minio minio, MadeRecords records)
{
    /// <summary>The memory of the smallest container, in bytes.</summary>
    public const long Container = 256 << 20;

    /// <summary>The wheels that were uploaded into a project, before its other files.</summary>
    const int Uploaded = 2;

    /// <summary>The project, and the bucket in which it is alone.</summary>
    public const string Large = "bench-large";

    readonly WheelMaker _wheels = new(Path.Combine(options.Work, "large-wheels"), options.Seed);
    readonly Dictionary<(bool IsBucket, string Bucket), string> _links = [];
    int _made;

    /// <summary>A small wheel that nothing has yet.</summary>
    public Wheel NewWheel(string project) => _wheels.Make(project, $"2.0.{++_made}", payload: 5_000);

    /// <summary>The path of a file that has bytes, of the last project.</summary>
    public string LinkIn(LargeSetting setting, string bucket) => _links[(setting.IsBucket, bucket)];

    /// <summary>Puts projects into a directory and a bucket, with wheels and sdists.</summary>
    public void Fill(string bucket, IReadOnlyList<string> projects, int files) =>
        Fill(bucket, projects, (project, there) => records.Lines(project, files, there));

    /// <summary>Puts a project into a directory and a bucket, with a wheel of each release.</summary>
    public void FillReleases(string bucket, int releases) =>
        Fill(bucket, [Large], (project, _) => records.Releases(project, releases));

    /// <summary>The servers of a setting, which have not been started.</summary>
    /// <param name="rules">YAML of the resource's spec.</param>
    /// <param name="container">Their memory; null: it is not limited.</param>
    public Replicas Serve(LargeSetting setting, string bucket, string rules = "", long? container = null)
    {
        PyRepo Replica(string folder) => new(options.Server, folder)
        {
            Declared = (setting.IsBucket ? minio.Declare(bucket) : Directory) + rules,
            Container = container,
        };
        return new Replicas(setting, setting.IsBucket
            ? [.. Enumerable.Range(0, setting.Replicas).Select(n => Replica(GetFolder(bucket, $"replica-{n}")))]
            : [Replica(GetFolder(bucket, "directory"))]);
    }

    void Fill(
        string bucket, IReadOnlyList<string> projects, Func<string, string[], IEnumerable<string>> linesOf)
    {
        minio.CreateBucket(bucket);
        Upload(LargeSetting.All[0], bucket, projects);
        Upload(LargeSetting.All[1], bucket, projects);
        var directory = new PyRepo(options.Server, GetFolder(bucket, "directory"));
        foreach (var project in projects)
        {
            var record = directory.GetRecord(project);
            var lines = linesOf(project, LinesIn(File.ReadAllText(record)));
            using (var file = File.AppendText(record + ".new"))
            {
                foreach (var line in lines)
                    file.Write(line);
            }
            File.Move(record + ".new", record, overwrite: true);
            lines = linesOf(project, LinesIn(minio.Get(bucket, $"projects/{project}.jsonl")));
            foreach (var (key, text) in MadeRecords.Objects(project, lines))
                minio.Put(bucket, key, text);
        }
    }

    static string[] LinesIn(string record) =>
        [.. record.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line + "\n")];

    /// <summary>A server makes what every repository has, and files with bytes.</summary>
    void Upload(LargeSetting setting, string bucket, IReadOnlyList<string> projects)
    {
        using var replicas = Serve(setting, bucket);
        replicas.Start();
        using var client = new UploadClient(replicas.Servers[0]);
        foreach (var project in projects)
        {
            var wheels = Enumerable.Range(0, Uploaded).Select(_ => NewWheel(project)).ToArray();
            foreach (var wheel in wheels)
                client.Upload(wheel);
            _links[(setting.IsBucket, bucket)] = replicas.Servers[0].LinkTo(wheels[0]);
        }
    }

    string GetFolder(string bucket, string part) => Path.Combine(options.Work, $"{bucket}-{part}");

    const string Directory = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: bench }
        spec:
          suspend: false

        """;
}
