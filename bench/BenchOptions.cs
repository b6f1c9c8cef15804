using System.Globalization;

namespace Bench;

/// <summary>What is measured, how much of it, and with which programs.</summary>
sealed record BenchOptions
{
    public const string Usage = """
        bench cluster [--rounds NUMBER]        on the cluster of $KUBECONFIG, made by ./dev cluster
        bench operator [--quick] [--resources NUMBER] [--hostile] [--work FOLDER] [--results FILE]
          --hostile    instead, what the users of one namespace can do to it, in a control group of 256 MiB
        bench buckets [--quick] [--projects NUMBER] [--rounds NUMBER] [--only NAME,NAME] [--server FILE] [--work FOLDER]
                      [--results FILE]
          --only       some of: pages, requests, transfers, starts, backups
        bench large [--quick] [--only NAME,NAME] [--server FILE] [--work FOLDER] [--results FILE]
          --only       some of: pages, uploads, limited, starts, retention
        bench scale [--quick] [--only NAME,NAME] [--server FILE] [--work FOLDER] [--results FILE]
          --only       some of: replicas, projects
        bench mirror [--quick] [--projects NUMBER] [--server FILE] [--work FOLDER] [--results FILE]
          --projects   how many the upstream has, of 20 files each (default: 1,000,000, which take 16 GB in --work)
        bench hostile [--quick] [--minutes NUMBER] [--only NAME,NAME] [--work FOLDER] [--results FILE]
          --minutes    then so many minutes of hostile and honest load together (60 for the hour); default: none
          --only       some of the loads, by the names that a run prints; soak: none but what --minutes says
        bench [--quick] [--rounds NUMBER] [--peers] [--only NAME,NAME] [--server FILE] [--work FOLDER] [--results FILE] [--seed NUMBER]
          --quick      small sizes and short runs: shows that all works, its figures mean little; writes no results file
          --peers      puts pypiserver, devpi, proxpi and simple-repository-server beside it (from $PYREPO_ASSETS)
          --only       some of: start, pages, downloads, uploads, small-uploads, proxies, random-pages,
                       private-pages, download-log, project-list;
                       none: only --peers. Writes no results file, which would lose the others
          --server     pyrepo as in its image (default: artifacts/programs/pyrepo/pyrepo)
          --work       a new folder on the disk to measure; removed at the end (default: below the temp folder)
          --results    the Markdown file to write (default: bench/RESULTS.md)
        """;

    /// <summary>What is measured.</summary>
    public Subject Subject { get; init; }

    public bool Quick { get; init; }

    public bool Peers { get; init; }

    public IReadOnlyList<string> Only { get; init; } = [];

    public string Server { get; init; } = Path.Combine(Root, "artifacts/programs/pyrepo/pyrepo");

    public string Operator { get; init; } = Path.Combine(Root, "artifacts/programs/pyrepo-operator/pyrepo-operator");

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

    /// <summary>The projects of the repositories whose pages are asked for in random order.</summary>
    public IReadOnlyList<int> ManyProjects => Quick ? [200, 1_000] : [2_000, 20_000];

    /// <summary>The projects of 10 files in a bucket.</summary>
    public int BucketProjects => Projects > 0 ? Projects : Quick ? 100 : 2_000;

    /// <summary>How many they shall be; zero: as many as always.</summary>
    public int Projects { get; init; }

    /// <summary>The files of one project in a bucket.</summary>
    public int BucketWideFiles => Quick ? 12_000 : 40_000;

    /// <summary>The projects of 10 files in a bucket of very many.</summary>
    public int VeryManyProjects => Quick ? 1_000 : 100_000;

    /// <summary>The files of a large project, and the releases of one with retention.</summary>
    public int LargeFiles => Quick ? 4_000 : 40_000;

    /// <summary>The files of the project that a small container serves.</summary>
    public int LargestFiles => Quick ? 20_000 : 200_000;

    /// <summary>The files of each of several projects with which a server starts.</summary>
    public int LargeFilesOfEach => Quick ? 2_000 : 20_000;

    /// <summary>The projects of a mirror.</summary>
    public int MirroredProjects => Projects > 0 ? Projects : Quick ? 1_000 : 1_000_000;

    /// <summary>The length of the wheel that goes to a bucket and back, in bytes.</summary>
    public long BucketWheel => Quick ? 20_000_000 : 256_000_000;

    /// <summary>The names in the list of an upstream of PyPI's size.</summary>
    public int ListedNames => Quick ? 50_000 : 700_000;

    public int Rounds { get; init; } = 3;

    /// <summary>Rounds of what writes gigabytes; seven gigabytes at once are one round.</summary>
    public int UploadRounds => Quick ? 1 : 3;

    public TimeSpan LoadTime => TimeSpan.FromSeconds(Quick ? 1 : 2);

    /// <summary>As long as a slow server takes for an answer or two.</summary>
    public TimeSpan PeerLoadTime => TimeSpan.FromSeconds(Quick ? 3 : 5);

    /// <summary>How long a server is asked before a figure counts.</summary>
    public static TimeSpan WarmUpTime => TimeSpan.FromSeconds(1);

    /// <summary>How long the server is left alone before its memory counts as idle.</summary>
    public TimeSpan IdleTime => TimeSpan.FromSeconds(Quick ? 3 : 30);

    public int Resources { get; init; } = 1_000;

    /// <summary>The minutes of hostile and honest load together.</summary>
    public int Minutes { get; init; }

    /// <summary>
    /// Rounds of large files from an upstream that is far away: each takes seconds, which depend on the network.
    /// </summary>
    public int FarRounds => Quick ? 1 : 2;

    /// <summary>The length of the file that a proxy fetches from an upstream on the same machine.</summary>
    public long ColdWheel => Quick ? 10_000_000 : 100_000_000;

    public int SmallUploads => Quick ? 50 : 200;

    /// <summary>Small uploads are quick, and wait for a disk that is quick at one time and slow at another.</summary>
    public int SmallRounds => Quick ? 1 : 5;

    static readonly string[] _scenarios =
    [
        "start", "pages", "downloads", "uploads", "small-uploads", "proxies", "random-pages", "private-pages",
        "download-log", "project-list", "none",
    ];

    static readonly string[] _ofBuckets = ["pages", "requests", "transfers", "starts", "backups"];

    static readonly string[] _ofScale = ["replicas", "projects"];

    static readonly string[] _ofLarge = ["pages", "uploads", "limited", "starts", "retention"];

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
                "--hostile" => options with { Subject = Subject.Tenants },
                "cluster" => options with { Subject = Subject.Cluster },
                "buckets" => options with { Subject = Subject.Buckets },
                "large" => options with { Subject = Subject.Large },
                "scale" => options with { Subject = Subject.Scale },
                "mirror" => options with { Subject = Subject.Mirror },
                "hostile" => options with { Subject = Subject.Hostile },
                "--minutes" => options with { Minutes = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--quick" => options with { Quick = true, Resources = 50, Rounds = 1 },
                "--rounds" => options with { Rounds = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--projects" => options with { Projects = int.Parse(Value(), CultureInfo.InvariantCulture) },
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
        string[]? known = options.Subject switch
        {
            Subject.Server => _scenarios,
            Subject.Buckets => _ofBuckets,
            Subject.Large => _ofLarge,
            Subject.Scale => _ofScale,
            _ => null,
        };
        if (known is not null && options.Only.Except(known).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"--only {unknown}: there is no such scenario.");
        var isPart = options.Quick || (known is not null && options.Only.Count > 0);
        var results = isPart ? null : Path.Combine(Root, "bench/RESULTS.md");
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
