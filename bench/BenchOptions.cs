using System.Globalization;

namespace Bench;

/// <summary>What is measured, how much of it, and with which programs.</summary>
sealed record BenchOptions
{
    public const string Usage = """
        bench cluster [--rounds NUMBER]        on the cluster of $KUBECONFIG, made by ./dev cluster
        bench operator [--quick] [--resources NUMBER] [--work FOLDER] [--results FILE]
        bench hostile [--quick] [--minutes NUMBER] [--only NAME,NAME] [--work FOLDER] [--results FILE]
          --minutes    then so many minutes of hostile and honest load together (60 for the hour); default: none
          --only       some of the loads, by the names that a run prints; soak: none but what --minutes says
        bench [--quick] [--rounds NUMBER] [--peers] [--only NAME,NAME] [--server FILE] [--work FOLDER] [--results FILE] [--seed NUMBER]
          --quick      small sizes and short runs: shows that all works, its figures mean little; writes no results file
          --peers      puts pypiserver and devpi beside it (from $PYREPO_ASSETS)
          --only       some of: start, pages, downloads, uploads, small-uploads, proxies
          --server     the built pyrepo (default: artifacts/bin/PyRepo.Server/release/pyrepo)
          --work       a new folder on the disk to measure; removed at the end (default: below the temp folder)
          --results    the Markdown file to write (default: bench/RESULTS.md)
        """;

    /// <summary>What is measured.</summary>
    public Subject Subject { get; init; }

    public bool Quick { get; init; }

    public bool Peers { get; init; }

    public IReadOnlyList<string> Only { get; init; } = [];

    public string Server { get; init; } = Path.Combine(Root, "artifacts/bin/PyRepo.Server/release/pyrepo");

    public string Operator { get; init; } = Path.Combine(Root, "artifacts/bin/PyRepo.Operator/release/pyrepo-operator");

    public string Work { get; init; } = Path.Combine(Path.GetTempPath(), $"pyrepo-bench-{Environment.ProcessId}");

    public string? Results { get; init; }

    public int Seed { get; init; } = 20_000;

    /// <summary>The length of a big wheel's payload, in bytes.</summary>
    public long BigWheel => Quick ? 40_000_000 : 850_000_000;

    /// <summary>The length of the wheel that many want at once, in bytes.</summary>
    public long SharedWheel => Quick ? 20_000_000 : 500_000_000;

    /// <summary>The round trip to the upstream that is far away.</summary>
    public static TimeSpan Latency => TimeSpan.FromMilliseconds(30);

    public int WideProject => Quick ? 200 : 2_000;

    /// <summary>The files of the whole repository.</summary>
    public int Files => Quick ? 500 : 20_000;

    public int Rounds { get; init; } = 5;

    /// <summary>Rounds of what writes gigabytes.</summary>
    public int UploadRounds => Quick ? 1 : 2;

    public TimeSpan LoadTime => TimeSpan.FromSeconds(Quick ? 1 : 3);

    /// <summary>How long the server is left alone before its memory counts as idle.</summary>
    public TimeSpan IdleTime => TimeSpan.FromSeconds(Quick ? 3 : 30);

    public int Resources { get; init; } = 1_000;

    /// <summary>The minutes of hostile and honest load together.</summary>
    public int Minutes { get; init; }

    public int SmallUploads => Quick ? 50 : 100;

    public bool Includes(string scenario) => Only.Count == 0 || Only.Contains(scenario);

    /// <exception cref="ArgumentException">An argument is unknown or lacks its value.</exception>
    public static BenchOptions Parse(string[] arguments)
    {
        var options = new BenchOptions();
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out var argument))
        {
            options = argument switch
            {
                "operator" => options with { Subject = Subject.Operator },
                "cluster" => options with { Subject = Subject.Cluster },
                "hostile" => options with { Subject = Subject.Hostile },
                "--minutes" => options with { Minutes = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--quick" => options with { Quick = true, Resources = 50, Rounds = 1 },
                "--rounds" => options with { Rounds = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--resources" => options with { Resources = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--peers" => options with { Peers = true },
                "--only" => options with { Only = Value().Split(',') },
                "--server" => options with { Server = Path.GetFullPath(Value()) },
                "--work" => options with { Work = Path.GetFullPath(Value()) },
                "--results" => options with { Results = Path.GetFullPath(Value()) },
                "--seed" => options with { Seed = int.Parse(Value(), CultureInfo.InvariantCulture) },
                _ => throw new ArgumentException($"{argument} is not known."),
            };

            string Value() => rest.TryDequeue(out var value)
                ? value
                : throw new ArgumentException($"{argument} needs a value.");
        }

        if (options.Peers && Environment.GetEnvironmentVariable("PYREPO_ASSETS") is null)
            throw new ArgumentException("--peers needs PYREPO_ASSETS, the folder of the test assets.");
        var results = options.Quick ? null : Path.Combine(Root, "bench/RESULTS.md");
        return options with { Results = options.Results ?? results };
    }

    /// <summary>The folder of the solution, above the working directory or this program.</summary>
    public static string Root => RootAbove(Environment.CurrentDirectory) ?? RootAbove(AppContext.BaseDirectory) ?? ".";

    static string? RootAbove(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "PyRepoOperator.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder;
    }
}
