using TestRunner;

// run FOLDER NAME AT_A_TIME FILTER PROGRAM…   runs a part, adds its result to those in the folder, and fails if a test
//                                             does. FILTER is empty, or options of the programs, with spaces between
// report FOLDER                               says what all parts brought; fails unless all is well
return args switch
{
    ["run", var folder, var name, var atATime, var filter, .. { Length: > 0 } programs] =>
        await RunAsync(folder, name, int.Parse(atATime), filter, programs),
    ["report", var folder] => Report(folder),
    _ => Usage(),
};

static async Task<int> RunAsync(string folder, string name, int atATime, string filter, string[] programs)
{
    Directory.CreateDirectory(folder);
    Console.WriteLine($"== {name}");
    var run = new PartRun(new TestHost(folder, name).RunAsync, Console.WriteLine);
    var part = await run.RunAsync(
        name, programs, filter.Split(' ', StringSplitOptions.RemoveEmptyEntries), atATime) with
    {
        MayBeSkipped = !HasAssets(),
    };
    foreach (var line in RunSummary.SkippedLines(part))
        Console.WriteLine(line);
    PartsIn(folder).Add(part);
    return part is { Failed.Count: 0, Problems.Count: 0 } ? 0 : 1;
}

static int Report(string folder)
{
    var isStrict = Environment.GetEnvironmentVariable("CI") == "true" && HasAssets();
    var summary = new RunSummary(PartsIn(folder).Read(), mayBeSkipped: !isStrict);
    foreach (var line in summary.Lines())
        Console.WriteLine(line);
    return summary.IsGreen ? 0 : 1;
}

static bool HasAssets() => Directory.Exists(Environment.GetEnvironmentVariable("PYREPO_ASSETS"));

static PartsFolder PartsIn(string folder) => new(Path.Combine(folder, "parts"));

static int Usage()
{
    Console.Error.WriteLine("usage: TestRunner run FOLDER NAME AT_A_TIME FILTER PROGRAM… | report FOLDER");
    return 2;
}
