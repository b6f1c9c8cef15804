using System.Globalization;
using System.Text;
using Bench.Large;
using Bench.Measuring;
using Bench.Scaling;
using Bench.Scenarios;

namespace Bench;

/// <summary>The table, printed and written as Markdown.</summary>
sealed class Results(BenchOptions options)
{
    readonly List<Result> _lines = [];
    readonly Misses _misses = new(Path.Combine(BenchOptions.Root, "bench/misses.md"));
    readonly string _loadBefore = Machine.Load;

    public void Add(Result result)
    {
        _lines.Add(result);
        // A run takes long: what was measured is there also if it is ended.
        Write();
        Console.Error.WriteLine(
            $"{result.Scenario}: {result.What}: {Number(result.Value)}{result.Unit} {result.Verdict}");
    }

    /// <summary>Prints the table, and writes it where the options say.</summary>
    public void Finish()
    {
        Console.WriteLine(Table());
        Write();
    }

    void Write()
    {
        if (options.Results is not { } file)
            return;
        if (options.Subject is Subject.Server)
            File.WriteAllText(Path.ChangeExtension(file, "svg"), new Chart(_lines).Draw());
        ResultsFile.Write(file, $"{options.Subject}", Table());
    }

    public static string Text(double value, string format = "N0") =>
        value.ToString(format, CultureInfo.InvariantCulture);

    public static string Megabytes(double bytes) => $"{Text(bytes / (1 << 20))} MiB";

    public static string Number(double value) => Text(value, value >= 100 ? "N0" : "0.###");

    const string OfOperator = """
        A real kube-apiserver and etcd on the same machine, and nothing else of Kubernetes. The resources are repositories
        that are suspended, with storage that is ephemeral: each has a ServiceAccount, a Secret, a ConfigMap, a Service and a
        Deployment.
        """;

    const string OfTenants = """
        A real kube-apiserver and etcd on the same machine. One namespace is filled more and more, as its editors may; after
        each load a new operator starts in a control group of 256 MiB and lists all that is there, and a resource in
        another namespace waits for its children. *Peak* is the control group's, with what the kernel caches for it.
        """;

    string OfServer => $"""
        Each ratio is the median over {options.Rounds} rounds; in a round pyrepo and its references run one after the
        other. × a rate: more is better. × a time, or CPU: less is better. *nginx* serves the very same bytes, with
        sendfile, tcp_nopush and gzip_static; *bare Kestrel* serves them from memory with nothing else in the process.

        *Pages in random order*: repositories of {Text(options.ManyProjects[0])} and {Text(options.ManyProjects[^1])}
        projects of {ManyProjects.Files} files, and pip's `Accept` with gzip; wrk picks the pages at random, in the same
        order for everybody. *The list of all projects*: a proxy of an upstream with {Text(options.ListedNames)} names.
        *tee to three digests, fsync* is `tee` to sha256sum, md5sum and `b2sum -l 256` at once, and then `sync FILE`:
        what an upload asks of a server. The upstream of *Proxies* is a hosted repository of pyrepo's; *far* is the same
        behind a relay that adds 15 ms each way. *Peers* hold {Population.NarrowFiles + Population.FilesInOthers} files
        and a large one, pyrepo {Text(options.Files)}, and are asked once; those *of an upstream* have been asked for
        the page or the file before.
        """;

    const string OfCluster = """
        One node without Docker, made by `./dev cluster`: a real kube-apiserver, containerd, kubelet, kube-proxy and Traefik on
        the same machine.
        """;

    string OfBuckets => $"""
        MinIO on the same machine and disk, which takes most of the two cores in what asks it: compare ratios. Each is the
        median over {options.Rounds} rounds; in a round all run one after the other. The SDK is AWSSDK.S3 with its
        defaults, in the bench's own process. The same projects, {Text(options.BucketProjects)} of 10 files and one of
        {Text(options.BucketWideFiles)}, are in a bucket and in a directory; pages are asked for as pip does, and
        compressed. *MinIO's own GET* is wrk with presigned URLs of the same records. Requests are as MinIO's
        metrics count them; the renewal of the lease (a GetObject and a PutObject every 4 s) is left out for
        pages and installations, and is in what a start and an upload ask. The SDK's GetObject is slow; what MinIO
        itself can send shows in *Redirect*, which is its answer to the same client. *Backups*: of real wheels of 20 KB, in a
        directory. *Recovery* begins with the start of a server that has nothing, and ends when it is ready.
        """;

    static string OfLarge => $"""
        Records are written directly, with the properties of twine's uploads; each second file is an sdist. MinIO is on
        the same machine and disk. With *two replicas*, the first one holds the lease. CPU is the server's that is
        asked, in steps of 10 ms, until it is idle again. A *warm page* is the median time of 20 requests after 3 (of
        at least 5, if they take more than 10 s), to the last byte, and their mean CPU. *After an upload* are
        medians of 5. *In {Text(LargeContent.Container >> 20)} MiB*: .NET's heap is limited as in such a container, to
        75 % (`DOTNET_GCHeapHardLimit`), and what is resident is measured, as not every machine allows a control
        group. Times include what else the machine does.
        """;

    string OfScale => $"""
        *Replicas*: one, two and four servers on one bucket of MinIO's behind nginx as a balancer, each in a control group that
        may use {ReplicaScaling.Processors} of a processor, as a pod with that limit. The bucket is {ReplicaScaling.Latency.TotalMilliseconds} ms away, as one of the same
        region. Pages are asked for in random order, as pip does, and compressed, on 32 connections for each replica. Pages
        per CPU-second count the time of the replicas. Next to them as many servers with a bucket each: nginx and what asks
        share the two cores, and slow both down. With such a limit a server stands still for up to 90 ms at a time, which is
        in the times of pages. *{Text(options.VeryManyProjects)} projects*: one server
        on a bucket, alone on the machine but for MinIO and the client.
        """;

    static string OfMirror => $"""
        The upstream is on the same machine, and makes its list, pages and files of a few bytes by formula. A mirror of one
        project is made by fetching it; of the others, the bench writes the records, the pages and the mirror's progress
        in the same form, without the bytes of their files. *A pass* is what the server reports of it. *Fetched* is a
        mirror that begins with nothing.
        """;

    string About => options.Subject switch
    {
        Subject.Mirror => OfMirror,
        Subject.Scale => OfScale,
        Subject.Operator => OfOperator,
        Subject.Tenants => OfTenants,
        Subject.Cluster => OfCluster,
        Subject.Buckets => OfBuckets,
        Subject.Large => OfLarge,
        _ => OfServer,
    };

    string Table()
    {
        var text = new StringBuilder();
        var quick = options.Quick ? " **Quick run: sizes are small, the figures mean little.**" : "";
        text.Append(CultureInfo.InvariantCulture, $"""
            {Machine.Describe(options)}
            Load of the last minute: {_loadBefore} before, {Machine.Load} after.{quick}

            {About}

            | | pyrepo | reference | ratio or value | aim | | also |
            |---|---|---|---|---|---|---|

            """);
        foreach (var scenario in _lines.GroupBy(line => line.Scenario))
        {
            text.Append($"| **{scenario.Key}** | | | | | | |\n");
            foreach (var line in scenario)
            {
                string[] cells =
                [
                    line.What, line.Measured, line.Reference, $"{Number(line.Value)}{line.Unit}", $"{line.Aim}",
                    line.Verdict, line.Also,
                ];
                var escaped = cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal));
                text.Append($"| {string.Join(" | ", escaped)} |\n");
            }
        }

        return text.Append(_misses.Describe(_lines)).ToString();
    }
}
