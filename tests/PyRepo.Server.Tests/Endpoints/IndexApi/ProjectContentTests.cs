using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.IndexApi;
using PyRepo.Server.Endpoints.Rendering;
using static PyRepo.Server.Tests.Content.Records.Events;

namespace PyRepo.Server.Tests.Endpoints.IndexApi;

public sealed class ProjectContentTests
{
    [Theory]
    [InlineData(nameof(PageFormat.Json))]
    [InlineData(nameof(PageFormat.Html))]
    public void A_page_has_few_parts_even_if_somebody_chose_versions_that_each_end_one(string name)
    {
        var format = Enum.Parse<PageFormat>(name);
        var usual = SnapshotOf(Enumerable.Range(0, 20_000).Select(n => $"foo-1.{n}.tar.gz"));
        Assert.InRange(PartsOf(usual, format), 100, 20_000 / 8 * 2 + 5);
        var chosen = SnapshotOf(usual.Files.Blocks!.Value.Select(block =>
            usual.Files.Of(block).Last().Name.FileName));
        Assert.Equal(chosen.Files.Count, chosen.Files.Blocks!.Value.Length);
        Assert.Equal(1, PartsOf(chosen, format));
    }

    static ProjectSnapshot SnapshotOf(IEnumerable<string> fileNames) =>
        HistoryOf([.. fileNames.Select(name => Added(name))]).ToSnapshot();

    static int PartsOf(ProjectSnapshot snapshot, PageFormat format) =>
        ProjectContent.Of(snapshot, "text/plain", format, isDated: false).Parts.Count;
}
