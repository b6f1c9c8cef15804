using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Inspection;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Pages;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Tests.Proxies.Pages;

public sealed class InspectedFilesTests
{
    const int Count = ServerLimits.MaxInspectedFiles + 100;

    static readonly ProjectName _project = ProjectName.Parse("demo");
    static readonly Sha256Digest _sha256 = Sha256Digest.HashData("demo"u8);
    static readonly DateTimeOffset _now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly ArchiveFacts _plain = new(), _notable = new() { StartupFiles = [new("x.pth", null)] };
    static readonly ArchiveFacts _long = new() { TopLevel = [.. Enumerable.Repeat(new string('m', 190), 20)] };

    static readonly GuardSettings _settings =
        new(TimeSpan.FromDays(7), TimeSpan.FromDays(7), IsAwaited: true, new UsedNames());

    [Fact]
    public void Of_too_many_files_the_oldest_are_forgotten_and_those_with_a_sign_last()
    {
        var page = Page(Count).WithInspected(Inspect(Count, i => i is 0 ? _notable : _plain), 2);
        var kept = page.Metadata.Inspected;
        Assert.Equal(ServerLimits.MaxInspectedFiles, kept.Count);
        Assert.Contains(Name(0), kept.Keys);
        Assert.DoesNotContain(Name(1), kept.Keys);
        Assert.Contains(Name(Count - 1), kept.Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_archives_hold_what_a_page_remembers_of_them_is_bounded(bool isNotable)
    {
        var facts = _long with { StartupFiles = isNotable ? _notable.StartupFiles : [] };
        var page = Page(Count).WithInspected(Inspect(Count, _ => facts), 2);
        Assert.InRange(
            page.Metadata.Inspected.Values.Sum(file => file.Facts!.GetWeight()),
            ServerLimits.MaxInspectedWeight / 2, ServerLimits.MaxInspectedWeight);
        Assert.Contains(Name(Count - 1), page.Metadata.Inspected.Keys);
    }

    [Fact]
    public void A_full_page_still_inspects_newer_files_and_none_that_would_be_forgotten_again()
    {
        foreach (var facts in new[] { _plain, _long })
        {
            var page = Page(Count).WithInspected(Inspect(Count, _ => facts, first: 50, last: Count - 50), 2);
            var project = Judge(page);
            var due = project.Files.Select(file => file.Distribution).Where(file => file.Guard!.IsPending).ToList();
            var worthwhile = InspectedFiles.FindWorthwhile(project, due).Select(file => file.Name.FileName).ToList();
            Assert.Equal(Enumerable.Range(Count - 50, 50).Select(Name), worthwhile);
        }
    }

    [Fact]
    public void Of_a_page_that_is_not_full_all_files_are_inspected()
    {
        var project = Judge(Page(100).WithInspected(Inspect(50, _ => _plain), 2));
        var due = project.Files.Select(file => file.Distribution).Where(file => file.Guard!.IsPending).ToList();
        Assert.Equal(50, due.Count);
        Assert.Equal(50, InspectedFiles.FindWorthwhile(project, due).Count());
    }

    [Fact]
    public void A_file_that_is_fetched_is_judged_by_what_it_has_though_the_page_is_full()
    {
        var fetched = new InspectedFile($"{_sha256}", IsWhole: true, _notable);
        var page = Page(Count).WithInspected(Inspect(Count, _ => _notable, first: 1), 2)
            .WithInspected(Found((0, fetched)), 3);
        Assert.Equal(ServerLimits.MaxInspectedFiles, page.Metadata.Inspected.Count);
        var judged = Judge(page).Files.Single(file => file.Distribution.Name.FileName == Name(0)).Distribution;
        Assert.NotEmpty(judged.Guard!.Findings);
    }

    [Fact]
    public void Ranges_never_replace_what_the_whole_file_says()
    {
        var whole = new InspectedFile($"{_sha256}", IsWhole: true, _notable);
        var ranged = new InspectedFile($"{_sha256}", IsWhole: false, _plain);
        var page = Page(2).WithInspected(Found((0, whole)), 2).WithInspected(Found((0, ranged), (1, ranged)), 3);
        Assert.Equal([whole, ranged], [page.Metadata.Inspected[Name(0)], page.Metadata.Inspected[Name(1)]]);
        var other = ranged with { Sha256 = "00" };
        Assert.Equal(other, page.WithInspected(Found((0, other)), 4).Metadata.Inspected[Name(0)]);
    }

    static string Name(int number) => $"demo-{number}-py3-none-any.whl";

    /// <summary>Returns a page on which each file is a second younger than the one before.</summary>
    static CachedPage Page(int count) => new(
        new ProjectDetail
        {
            Name = "demo",
            Files =
            [
                .. Enumerable.Range(0, count).Select(i => new PageFile
                {
                    FileName = Name(i),
                    Url = $"https://upstream.example/{Name(i)}",
                    Hashes = new FileHashes(_sha256),
                    UploadTime = _now.AddHours(-2).AddSeconds(i),
                }),
            ],
        },
        new CachedPageMetadata { CheckedAt = _now });

    static Dictionary<string, InspectedFile> Inspect(
        int count, Func<int, ArchiveFacts> getFacts, int first = 0, int? last = null) => Found(
        [
            .. Enumerable.Range(first, (last ?? count) - first)
                .Select(i => (i, new InspectedFile($"{_sha256}", IsWhole: false, getFacts(i)))),
        ]);

    static Dictionary<string, InspectedFile> Found(params (int Number, InspectedFile File)[] files) =>
        files.ToDictionary(each => Name(each.Number), each => each.File, StringComparer.Ordinal);

    static ProjectSnapshot Judge(CachedPage page) => PageGuard.AddTo(
        UpstreamSnapshot.From(_project, page.Page!, null, page.Metadata.Dates, "1"), page, _settings);
}
