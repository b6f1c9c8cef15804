using PyRepo.Packaging.Names;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Rendering;
using PyRepo.Server.Proxies;
using PyRepo.Server.Tests.Proxies.Policies;

namespace PyRepo.Server.Tests.Proxies;

public sealed class LinkedRepositoryTests
{
    static readonly ProjectName _demo = ProjectName.Parse("demo");
    readonly LinkedRepository _linked = new(new FixedRepository(PolicyFiles.Project(
        "demo", PolicyFiles.Wheel("demo", "1.0") with { UpstreamUrl = "https://h/a/demo-1.0-py3-none-any.whl" })));

    [Fact]
    public async Task Pages_link_to_their_own_URLs_until_the_resource_says_otherwise_and_then_at_once()
    {
        var own = await GetAsync();
        Assert.Equal("../../packages/demo/aaaaaaaaaaaaaaaa/demo-1.0-py3-none-any.whl", GetLink(own));
        _linked.FileUrls = FileUrls.Upstream;
        var upstream = await GetAsync();
        Assert.Equal("../../files/h/a/demo-1.0-py3-none-any.whl", GetLink(upstream));
        Assert.Same(upstream, await GetAsync());
        Assert.NotEqual(own.Version, upstream.Version);
        _linked.FileUrls = FileUrls.Own;
        Assert.Same(own, await GetAsync());
    }

    [Theory]
    [InlineData(FileUrls.Own)]
    [InlineData(FileUrls.Upstream)]
    public async Task The_version_found_without_the_content_is_that_of_the_content(FileUrls fileUrls)
    {
        _linked.FileUrls = fileUrls;
        var found = await _linked.FindAsync(_demo, default);
        Assert.Null(found.Answer);
        var known = Assert.IsType<ProjectAnswer.Known>(await found.LoadAsync(default));
        Assert.Equal(known.Snapshot.Version, found.Value);
        Assert.Same(await GetAsync(), known.Snapshot);
    }

    async Task<ProjectSnapshot> GetAsync() =>
        Assert.IsType<ProjectAnswer.Known>(await _linked.GetProjectAsync(_demo, null, default)).Snapshot;

    static string GetLink(ProjectSnapshot page) => FileLinks.FromProjectPage(Assert.Single(page.Visible));
}
