using System.Globalization;
using System.Text;
using Bench.Measuring;

namespace Bench;

/// <summary>The table, printed and written as Markdown.</summary>
sealed class Results(BenchOptions options)
{
    readonly List<Result> _lines = [];
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
        if (options.Results is { } file)
            ResultsFile.Write(file, $"{options.Subject}", Table());
    }

    public static string Text(double value, string format = "N0") =>
        value.ToString(format, CultureInfo.InvariantCulture);

    public static string Megabytes(double bytes) => $"{Text(bytes / (1 << 20))} MiB";

    static string Number(double value) => Text(value, value >= 100 ? "N0" : "0.###");

    const string OfOperator = """
        A real kube-apiserver and etcd on the same machine, and nothing else of Kubernetes. The resources are repositories
        that are suspended, with storage that is ephemeral: each has a ServiceAccount, a Secret, a ConfigMap, a Service and a
        Deployment.
        """;

    string OfServer => $"""
        Each ratio is the median over {options.Rounds} rounds ({options.UploadRounds} for uploads); in a round
        pyrepo and its references run one after the other. *nginx* serves the very same bytes, with sendfile,
        tcp_nopush and gzip_static; *bare Kestrel* serves them from memory with nothing else in the process.
        × nginx is a rate for pages (more is better), a time for downloads (less is better). The upstream of
        *Proxies* is a hosted repository of pyrepo's; *far* is the same behind a relay that adds 15 ms each way.
        """;

    const string OfCluster = """
        One node without Docker, made by `./dev cluster`: a real kube-apiserver, containerd, kubelet, kube-proxy and Traefik on
        the same machine.
        """;

    string About => options.Subject switch
    {
        Subject.Operator => OfOperator,
        Subject.Cluster => OfCluster,
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
                text.Append($"| {string.Join(" | ", cells)} |\n");
            }
        }

        return text.ToString();
    }
}
