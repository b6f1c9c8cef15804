using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Content.Statistics;

/// <summary>Statistics of one store, as one or several replicas count them.</summary>
sealed class StatisticsFolder : IDisposable
{
    public const string Pip = """pip/26.3 {"python":"3.11.7"}""";
    public const string Uv = """uv/0.13.8 {"python":"3.13.2"}""";

    readonly TemporaryFolder _folder = new();

    public StatisticsFolder() => Store = new DirectoryStore(_folder.Path);

    /// <summary>A clock that stands at noon of 2026-03-01.</summary>
    public FakeClock Clock { get; } = new();

    public DirectoryStore Store { get; }

    public static DateOnly Day(int day, int month = 3) => new(2026, month, day);

    /// <summary>A process with a replica's name.</summary>
    public DownloadStatistics Start(string replica = "0", IStore? store = null) =>
        new(store ?? Store, replica, new MemoryBudget(1 << 20), Clock, NullLogger.Instance);

    public static void Count(DownloadStatistics statistics, string file, string userAgent = Pip, int times = 1)
    {
        for (var i = 0; i < times; i++)
            statistics.Count(ProjectName.Parse(file.Split('-')[0]), file, userAgent);
    }

    /// <summary>Tells all downloads: a line for each row of each day.</summary>
    public static async Task<string[]> RowsAsync(DownloadStatistics statistics)
    {
        var rows = new List<string>();
        await foreach (var (day, counts) in statistics.ReadAsync(new(2000, 1, 1), new(2100, 1, 1), default))
        {
            rows.AddRange(counts.Select(c =>
                $"{day:MM-dd} {c.Key.Project} {c.Key.Version} {c.Key.Installer} {c.Key.Python} {c.Value}"));
        }
        return [.. rows.Order(StringComparer.Ordinal)];
    }

    public async Task<string[]> KeysAsync()
    {
        var keys = new List<string>();
        await foreach (var found in ((IStore)Store).ListAsync("", null, default))
            keys.Add(found.Key);
        return [.. keys];
    }

    public void Dispose() => _folder.Dispose();
}
