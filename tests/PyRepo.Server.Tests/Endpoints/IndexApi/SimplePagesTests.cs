using System.Text;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.IndexApi;
using PyRepo.Server.Endpoints.Rendering;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Serving.Runtime;
using PyRepo.Server.Tests.Endpoints.Rendering;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Content.Records.Events;

namespace PyRepo.Server.Tests.Endpoints.IndexApi;

public sealed class SimplePagesTests
{
    static readonly UnavailableRepository _repository = new(DateTimeOffset.UnixEpoch);
    readonly MemoryBudget _budget = new(1 << 20);
    readonly SimplePages _pages;

    public SimplePagesTests() => _pages = new(new RenderedPageCache(_budget, WorkGate.Shared), _budget);

    [Fact]
    public async Task Lists_for_one_caller_are_rendered_as_many_at_once_as_there_is_memory_for()
    {
        var gate = new WorkGate(allowance: 1, processors: 3, TimeProvider.System);
        var pages = new SimplePages(new RenderedPageCache(_budget, gate), _budget);
        var names = new ObservedNames();
        // The others wait for the first one, or run beside it.
        names.First = () => Assert.True(SpinWait.SpinUntil(
            () => names.Readers > 1 || gate.Waiting == 2 << 10, Eventually.Deadline));
        var list = () => pages.ListAsync(_repository, names, null, null, PageFormat.Json, gzip: false, default);
        await Task.WhenAll(list(), list(), list());
        Assert.Equal(1, names.MostReaders);
    }

    [Fact]
    public async Task Dates_with_the_same_files_share_one_page()
    {
        var snapshot = GetHistory(Added("foo-1.0.tar.gz"), Added("foo-2.0.tar.gz")).ToSnapshot();
        var older = snapshot with { Files = [snapshot.Files.First()] };
        var one = await ProjectAsync(older, Start.AddDays(-2));
        Assert.Same(one, await ProjectAsync(older, Start.AddDays(-1)));
        Assert.NotSame(one, await ProjectAsync(snapshot, Start));
        Assert.Same(one, _pages.FindProject(
            _repository, Foo, Start.AddDays(-1), snapshot.Version, PageFormat.Json, gzip: false, () => ""));
        Assert.Null(_pages.FindProject(
            _repository, Foo, Start.AddDays(-3), snapshot.Version, PageFormat.Json, gzip: false, () => ""));
    }

    [Fact]
    public async Task Dates_between_which_the_reason_of_a_yank_changed_have_pages_of_their_own()
    {
        var now = GetHistory(Added("foo-1.0.tar.gz"), From(ProjectEventKind.Yanked, "foo-1.0.tar.gz", "new"))
            .ToSnapshot();
        var then = now with
        {
            Files = [.. now.Visible.Select(file => new SnapshotFile(file with { Yanked = "old" }))],
        };
        Assert.NotSame(await ProjectAsync(then, Start), await ProjectAsync(now, Start.AddDays(1)));
        Assert.NotSame(
            await ProjectAsync(then with { Serial = 1 }, Start.AddDays(2)), await ProjectAsync(then, Start.AddDays(3)));
    }

    [Fact]
    public async Task A_page_shows_all_properties_of_a_file()
    {
        var page = await ReadAsync(GetHistory(
            Added("foo-1.0-py3-none-any.whl") with
            {
                RequiresPython = ">=3.8,<4",
                CoreMetadata = GetHash("metadata").ToString(),
            },
            From(ProjectEventKind.Yanked, "foo-1.0-py3-none-any.whl", "<broken>"), StatusIs("archived", "old")));
        Assert.Equal(("foo", IndexSerials.FromTime(Start) + 2), (page.Name, page.LastSerial));
        Assert.Equal((ProjectStatus.Archived, "old"), (page.Status, page.StatusReason));
        var file = Assert.Single(page.Files);
        Assert.Equal($"../../packages/foo/{GetHash("content").Prefix16}/foo-1.0-py3-none-any.whl", file.Url);
        Assert.Equal(GetHash("content"), file.Hashes.Sha256);
        Assert.Equal((">=3.8,<4", "<broken>"), (file.RequiresPython, file.Yanked));
        Assert.Equal((7, Start), (file.Size, file.UploadTime));
        Assert.Equal(["1.0"], page.Versions);
    }

    [Fact]
    public async Task A_version_is_listed_once_however_its_files_spell_it()
    {
        var page = await ReadAsync(GetHistory(
            Added("foo-1.0-cp310-cp310-win32.whl"), Added("foo-1.0.0-py3-none-any.whl"), Added("foo-1.0.tar.gz"),
            Added("foo-2.0.tar.gz"), Added("foo-2004d.tar.gz")));
        Assert.Equal(["2004d", "1.0", "1.0.0", "2.0"], page.Versions);
    }

    [Fact]
    public async Task Names_that_need_it_are_encoded_in_links()
    {
        var page = await ReadAsync(GetHistory(Added("foo-1.0+l.1.tar.gz")));
        Assert.EndsWith("/foo-1.0%2Bl.1.tar.gz", Assert.Single(page.Files).Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_format_has_its_media_type()
    {
        var snapshot = GetHistory(Added("foo-1.0.tar.gz")).ToSnapshot();
        async Task<string> GetType(PageFormat format) =>
            (await ProjectAsync(snapshot, null, format)).ContentType.ToString();
        Assert.Equal("application/vnd.pypi.simple.v1+json", await GetType(PageFormat.Json));
        Assert.Equal("application/vnd.pypi.simple.v1+html", await GetType(PageFormat.Html));
        Assert.Equal("text/html; charset=utf-8", await GetType(PageFormat.TextHtml));
    }

    [Fact]
    public async Task A_list_for_one_caller_is_not_cached()
    {
        ProjectName[] names = [Foo];
        Assert.NotSame(await List(names, null), await List(names, null));
        Assert.Same(await List(names, "1"), await List(names, "1"));
        Assert.Contains("foo", Text(await List(names, "1")), StringComparison.Ordinal);
        Assert.DoesNotContain("foo", Text(await List([], "2")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_list_lies_in_a_file_and_takes_no_memory_from_other_pages()
    {
        ProjectName[] names = [.. Enumerable.Range(0, 100_000).Select(n => ProjectName.Parse($"project-{n}"))];
        var before = _budget.Used;
        var (kept, fresh) = (await List(names, "1"), await List(names, null));
        Assert.Equal(before, _budget.Used);
        Assert.Equal((fresh.Length, fresh.ETag), (kept.Length, kept.ETag));
        Assert.NotNull(kept.File);
        Assert.Equal(Text(fresh), Text(kept));
    }

    Task<RenderedPage> ProjectAsync(
        ProjectSnapshot snapshot, DateTimeOffset? asOf, PageFormat format = PageFormat.Json) =>
        _pages.ProjectAsync(_repository, snapshot, asOf, format, gzip: false, () => "", default);

    Task<RenderedPage> List(ProjectName[] names, string? version) =>
        _pages.ListAsync(_repository, names, null, version, PageFormat.Json, gzip: false, default);

    async Task<ProjectDetail> ReadAsync(ProjectHistory history)
    {
        var page = await ProjectAsync(history.ToSnapshot(), null);
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(Text(page)));
        return await SimpleJson.ReadProjectAsync(json);
    }

    static string Text(RenderedPage page) => Encoding.UTF8.GetString(PageBytes.From(page));
}
