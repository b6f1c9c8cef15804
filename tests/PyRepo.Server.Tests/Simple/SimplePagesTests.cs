using System.Text;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Caching;
using PyRepo.Server.Hosting;
using PyRepo.Server.Records;
using PyRepo.Server.Rendering;
using PyRepo.Server.Simple;
using static PyRepo.Server.Tests.Records.Events;

namespace PyRepo.Server.Tests.Simple;

public sealed class SimplePagesTests
{
    static readonly UnavailableRepository _repository = new(DateTimeOffset.UnixEpoch);
    readonly SimplePages _pages = new(new PageCache(new MemoryBudget(1 << 20)));

    [Fact]
    public void Lists_for_one_caller_are_rendered_one_at_a_time()
    {
        var names = new ObservedNames();
        var second = new Thread(() => Render(names));
        names.First = () =>
        {
            second.Start();
            // It waits for the first one, or runs beside it.
            Assert.True(SpinWait.SpinUntil(
                () => names.Readers > 1 || second.ThreadState.HasFlag(ThreadState.WaitSleepJoin),
                TimeSpan.FromMinutes(1)));
        };
        Render(names);
        second.Join();
        Assert.Equal(1, names.MostReaders);
    }

    void Render(ObservedNames names) => _pages.List(_repository, names, version: null, PageFormat.Json, gzip: false);

    [Fact]
    public async Task A_page_shows_all_properties_of_a_file()
    {
        var page = await ReadAsync(HistoryOf(
            Added("foo-1.0-py3-none-any.whl") with
            {
                RequiresPython = ">=3.8,<4",
                CoreMetadata = HashOf("metadata").ToString(),
            },
            Of(ProjectEventKind.Yanked, "foo-1.0-py3-none-any.whl", "<broken>"), StatusIs("archived", "old")));
        Assert.Equal(("foo", 3), (page.Name, page.LastSerial));
        Assert.Equal((ProjectStatus.Archived, "old"), (page.Status, page.StatusReason));
        var file = Assert.Single(page.Files);
        Assert.Equal($"../../packages/foo/{HashOf("content").Prefix16}/foo-1.0-py3-none-any.whl", file.Url);
        Assert.Equal(HashOf("content"), file.Hashes.Sha256);
        Assert.Equal((">=3.8,<4", "<broken>"), (file.RequiresPython, file.Yanked));
        Assert.Equal((7, Start), (file.Size, file.UploadTime));
        Assert.Equal(["1.0"], page.Versions);
    }

    [Fact]
    public async Task A_version_is_listed_once_however_its_files_spell_it()
    {
        var page = await ReadAsync(HistoryOf(
            Added("foo-1.0-cp310-cp310-win32.whl"), Added("foo-1.0.0-py3-none-any.whl"), Added("foo-1.0.tar.gz"),
            Added("foo-2.0.tar.gz"), Added("foo-2004d.tar.gz")));
        Assert.Equal(["2004d", "1.0", "1.0.0", "2.0"], page.Versions);
    }

    [Fact]
    public async Task Names_that_need_it_are_encoded_in_links()
    {
        var page = await ReadAsync(HistoryOf(Added("foo-1.0+l.1.tar.gz")));
        Assert.EndsWith("/foo-1.0%2Bl.1.tar.gz", Assert.Single(page.Files).Url, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_format_has_its_media_type()
    {
        var snapshot = HistoryOf(Added("foo-1.0.tar.gz")).ToSnapshot();
        string TypeOf(PageFormat format) =>
            _pages.Project(_repository, snapshot, null, format, gzip: false).ContentType.ToString();
        Assert.Equal("application/vnd.pypi.simple.v1+json", TypeOf(PageFormat.Json));
        Assert.Equal("application/vnd.pypi.simple.v1+html", TypeOf(PageFormat.Html));
        Assert.Equal("text/html; charset=utf-8", TypeOf(PageFormat.TextHtml));
    }

    [Fact]
    public void A_list_for_one_caller_is_not_cached()
    {
        ProjectName[] names = [Foo];
        Assert.NotSame(List(names, null), List(names, null));
        Assert.Same(List(names, "1"), List(names, "1"));
        Assert.Contains("foo", Text(List(names, "1")), StringComparison.Ordinal);
        Assert.DoesNotContain("foo", Text(List([], "2")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_list_lies_in_a_file_and_takes_no_memory_from_other_pages()
    {
        ProjectName[] names = [.. Enumerable.Range(0, 100_000).Select(n => ProjectName.Parse($"project-{n}"))];
        var (kept, fresh) = (List(names, "1"), List(names, null));
        Assert.InRange(kept.Weight, 0, 1000);
        Assert.Equal((fresh.Length, fresh.ETag), (kept.Length, kept.ETag));
        var bytes = new byte[kept.Length];
        Assert.Equal(bytes.Length, RandomAccess.Read(kept.File!, bytes, fileOffset: 0));
        Assert.Equal(Text(fresh), Encoding.UTF8.GetString(bytes));
    }

    RenderedPage List(ProjectName[] names, string? version) =>
        _pages.List(_repository, names, version, PageFormat.Json, gzip: false);

    async Task<ProjectPage> ReadAsync(ProjectHistory history)
    {
        var page = _pages.Project(_repository, history.ToSnapshot(), null, PageFormat.Json, gzip: false);
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(Text(page)));
        return await SimpleJson.ReadProjectAsync(json);
    }

    static string Text(RenderedPage page) =>
        Encoding.UTF8.GetString([.. page.Segments.SelectMany(piece => piece.ToArray())]);
}
