using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Pages;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Server.Tests.Content.Statistics;
using PyRepo.Server.Tests.Groups;

namespace PyRepo.Server.Tests.Proxies.Policies;

[Trait("Cost", "high")]
public sealed class ReplaySpeedTests(ITestOutputHelper output)
{
    const int Projects = 2000, Releases = 10, Days = 30;
    const int Downloads = 1_000_000;

    /// <summary>The pages are on the disk, and so are the statistics: 30 days of 20,000 releases.</summary>
    [Fact]
    public async Task A_million_downloads_are_replayed_in_thirty_seconds()
    {
        using var folder = new StatisticsFolder();
        await CountAsync(folder);
        for (var project = 0; project < Projects; project++)
            await KeepAsync(folder, $"p{project}");
        await using var server = await MemberServer.StartAsync();
        await using var proxy = Open(folder, server);
        var candidate = new Policy
        {
            Version = "1",
            Rules = [new MinimumAgeRule(Duration.FromDays(7), new(["p1*"])), new BlockRule(new(["p*1>=5", "p7"]))],
            Waivers = new([WaiverTests.Waive("p2*", folder.Clock.GetUtcNow().AddDays(-10), WaivedRule.Block)]),
        };
        var replay = new PolicyReplay(folder.Start(), proxy.KeptPages, folder.Clock);
        var watch = Stopwatch.StartNew();
        var outcome = await replay.RunAsync(candidate, Policy.Default, TimeSpan.FromDays(Days), _ => true, default);
        output.WriteLine($"{watch.Elapsed.TotalSeconds:0.0} s, {outcome.Releases.Sum(each => each.Refused)} refused");
        Assert.Equal((Downloads, 0), (outcome.Downloads, outcome.NotJudged));
        Assert.NotEmpty(outcome.Releases);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.Empty(server.Requests);
    }

    static async Task CountAsync(StatisticsFolder folder)
    {
        var (random, counted, now) = (new Random(1), folder.Start(), folder.Clock.GetUtcNow());
        for (var day = 0; day < Days; day++)
        {
            folder.Clock.Set(now.AddDays(day + 1 - Days));
            for (var i = Downloads / Days * day; i < (day == Days - 1 ? Downloads : Downloads / Days * (day + 1)); i++)
            {
                // Some projects are downloaded far more often than others.
                var project = $"p{(int)(Projects * random.NextDouble() * random.NextDouble())}";
                var client = random.Next(3) == 0 ? StatisticsFolder.Uv : StatisticsFolder.Pip;
                counted.Count(
                    ProjectName.Parse(project), $"{project}-{random.Next(Releases)}.0-py3-none-any.whl", client);
            }
        }
        await counted.WriteAsync(default);
    }

    /// <summary>Saves a page with five files of each release, of which one was uploaded in these days.</summary>
    static async Task KeepAsync(StatisticsFolder folder, string project)
    {
        var now = folder.Clock.GetUtcNow();
        var files =
            from release in Enumerable.Range(0, Releases)
            from tag in (string[])["py2-none-any", "py3-none-any", "cp39-abi3-win32", "cp39-abi3-any", "cp310-none-any"]
            let name = $"{project}-{release}.0-{tag}.whl"
            select new PageFile
            {
                FileName = name,
                Url = $"https://example.com/{name}",
                Size = 1000,
                UploadTime = now.AddDays(release == Releases - 1 ? -40 + (project.Length * 5) : -400),
                Hashes = new FileHashes(Sha256Digest.HashData(System.Text.Encoding.UTF8.GetBytes(name))),
            };
        var page = new CachedPage(
            new ProjectDetail { Name = project, Files = [.. files] },
            new CachedPageMetadata { Format = CachedPageMetadata.CurrentFormat, CheckedAt = now });
        await page.WriteAsync(
            folder.Store, StorageLayout.UpstreamPage(ProjectName.Parse(project)), isExpendable: true, default);
    }

    static CachedRepository Open(StatisticsFolder folder, MemberServer server)
    {
        var (budget, minute) = (new MemoryBudget(1 << 20), TimeSpan.FromMinutes(1));
        return new CachedRepository(
            new SimpleClient(server.SettingsFor("p1"), folder.Clock, NullLogger.Instance), folder.Store,
            new ProjectRecords(folder.Store, budget, folder.Clock), budget,
            new CacheSettings { Times = new(minute, minute, minute, minute) }, folder.Clock, NullLogger.Instance,
            default);
    }
}
