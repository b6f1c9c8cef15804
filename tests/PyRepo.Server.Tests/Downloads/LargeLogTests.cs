using System.Diagnostics;
using System.Globalization;
using PyRepo.Downloads;
using PyRepo.Packaging.Names;
using PyRepo.Storage;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Downloads;

/// <summary>
/// A question about one project to a log of ninety days. There are a million lines or, with
/// <c>PYREPO_DOWNLOADS=100000000</c>, as many as that says, which takes some minutes and three gigabytes of disk.
/// </summary>
[Trait("Cost", "high")]
public sealed class LargeLogTests(ITestOutputHelper output) : IDisposable
{
    const int Days = 90, Projects = 5000;

    static readonly TimeSpan _limit = TimeSpan.FromSeconds(5);

    static readonly long _lines = Environment.GetEnvironmentVariable("PYREPO_DOWNLOADS") is { } text
        ? long.Parse(text, CultureInfo.InvariantCulture) : 1_000_000;

    readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_question_about_one_project_is_answered_within_five_seconds()
    {
        var today = DateOnly.FromDateTime(_folder.Clock.GetUtcNow().UtcDateTime);
        await Parallel.ForEachAsync(
            Enumerable.Range(1, Days), async (ago, _) => await WriteAsync(today.AddDays(-ago)));
        var log = _folder.Start();
        // A rare project, one of the middle, and the one with most downloads: an eighth of all lines.
        foreach (var rank in (int[])[Projects, 100, 1])
        {
            var watch = Stopwatch.StartNew();
            var found = await log.FindAsync(_folder.Query(GetName(rank)), default);
            var elapsed = watch.Elapsed;
            var downloads = found!.Rows.Sum(row => row.Downloads);
            Assert.Equal(Days * GetCount(rank), downloads);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_lines} lines, {downloads} of project {rank}, {found.Rows.Count} rows: {elapsed.TotalSeconds} s"));
            if (rank > 1)
                Assert.True(elapsed < _limit, $"It took {elapsed}.");
        }
    }

    /// <summary>The most used projects have most downloads, as words in a text have.</summary>
    static long GetCount(int rank) => Math.Max(1, (long)(_lines / Days / 9.1 / rank));

    static string GetName(int rank) => $"project-{rank:0000}";

    async Task WriteAsync(DateOnly day)
    {
        var store = (IStore)_folder.Store;
        await using var staged = await store.StageAsync(null, default);
        var writer = new DownloadFileWriter(staged);
        var begin = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        for (var rank = 1; rank <= Projects; rank++)
        {
            var count = GetCount(rank);
            for (var i = 0L; i < count; i++)
            {
                var time = begin.AddMilliseconds(i * 86_400_000 / count);
                var line = GetLine(GetName(rank), (int)(i * 4 / count), time, i);
                await writer.AddAsync(line.ToBytes(), default);
            }
        }
        await writer.CompleteAsync(TimeSpan.FromDays(400), 0, [], default);
        await store.CommitAsync(
            staged, DownloadLogLayout.GetMerged(new("all", day)), WriteCondition.Absent, default);
    }

    /// <summary>A download of one of four versions by one of a few hundred pods.</summary>
    static DownloadLine GetLine(string project, int version, DateTimeOffset time, long number) => DownloadLine.From(
        new Download(
            ProjectName.Parse(project), $"{project.Replace('-', '_')}-1.{version}-py3-none-any.whl",
            new(CallerKind.ServiceAccount)
            {
                Name = "builder",
                Namespace = $"team-{number % 20}",
                Pod = $"build-{number * 7919 % 300:x}",
                Node = $"node-{number % 30}",
            })
        {
            Sha256 = LogFolder.Sha256,
            Asked = "all",
            Served = "pypi",
            Installer = "pip",
            Python = "3.12",
        },
        time);
}
