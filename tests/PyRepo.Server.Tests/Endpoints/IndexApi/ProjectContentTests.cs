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
    public void A_page_has_few_parts_even_with_hostile_versions(string name)
    {
        var format = Enum.Parse<PageFormat>(name);
        var usual = GetSnapshot(Enumerable.Range(0, 20_000).Select(n => $"foo-1.{n}.tar.gz"));
        Assert.InRange(GetParts(usual, format), 100, 20_000 / 8 * 2 + 5);
        var chosen = GetSnapshot(usual.Files.Blocks!.Value.Select(block =>
            usual.Files.Get(block).Last().Name.FileName));
        Assert.Equal(chosen.Files.Count, chosen.Files.Blocks!.Value.Length);
        Assert.Equal(1, GetParts(chosen, format));
    }

    static ProjectSnapshot GetSnapshot(IEnumerable<string> fileNames) =>
        GetHistory([.. fileNames.Select(name => Added(name))]).ToSnapshot();

    static int GetParts(ProjectSnapshot snapshot, PageFormat format) =>
        ProjectContent.From(snapshot, "text/plain", format, isDated: false).Parts.Count;
}
