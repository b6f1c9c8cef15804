using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Upstream;

public sealed class PageRedirectsTests
{
    static readonly ProjectName _demo = ProjectName.Parse("demo-app");
    readonly FakeClock _clock = new();
    int _readings;

    [Theory]
    [InlineData("https://index.example/simple/demo-app/", true)]
    [InlineData("https://index.example/simple/Demo_App", true)]
    [InlineData("https://index.example/elsewhere/demo%2Dapp/index.html", true)]
    [InlineData("https://index.example/simple/demo-app/?token=1", true)]
    [InlineData("https://index.example/simple/other/", false)]
    [InlineData("https://index.example/simple/?next=demo-app", false)]
    [InlineData("https://index.example/demo-app/login", false)]
    [InlineData("https://index.example/demo-app/../login", false)]
    [InlineData("https://index.example/", false)]
    [InlineData("https://index.example/index.html", false)]
    [InlineData("https://index.example:8443/simple/demo-app/", false)]
    [InlineData("http://index.example/simple/demo-app/", false)]
    [InlineData("https://other.example/simple/demo-app/", false)]
    [InlineData("https://index.example.evil.example/simple/demo-app/", false)]
    [InlineData("https://index.example@evil.example/simple/demo-app/", false)]
    public void A_page_is_upstreams_if_its_origin_is_and_its_path_ends_with_the_project(string target, bool isOwn) =>
        Assert.Equal(isOwn, Create("https://index.example/simple/").Includes(_demo, new Uri(target)));

    [Theory]
    [InlineData("http://index.example/simple/", "https://index.example/simple/demo-app/", true)]
    [InlineData("http://index.example/simple/", "https://www.index.example/simple/demo-app/", false)]
    [InlineData("http://index.example:8080/simple/", "https://index.example/simple/demo-app/", false)]
    [InlineData("http://index.example/simple/", "https://index.example:8443/simple/demo-app/", false)]
    public void Upstream_may_lead_to_itself_with_TLS(string upstream, string target, bool isOwn) =>
        Assert.Equal(isOwn, Create(upstream).Includes(_demo, new Uri(target)));

    [Fact]
    public async Task A_page_may_be_where_the_list_is_and_a_minute_later_the_list_is_read_again()
    {
        var moved = new Uri("https://new.example/simple/demo-app/");
        var redirects = Create("https://index.example/simple/", list: "https://new.example/simple/");
        Assert.False(redirects.Includes(_demo, moved));
        Assert.True(await redirects.IsMoveAsync(_demo, moved, default));
        Assert.True(redirects.Includes(_demo, moved));
        Assert.False(redirects.Includes(_demo, new Uri("https://new.example/simple/other/")));
        Assert.False(await redirects.IsMoveAsync(_demo, new Uri("https://third.example/demo-app/"), default));
        Assert.Equal(1, _readings);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(redirects.Includes(_demo, moved));
        Assert.True(await redirects.IsMoveAsync(_demo, moved, default));
        Assert.Equal(2, _readings);
    }

    [Fact]
    public async Task An_upstream_without_a_list_has_not_moved()
    {
        var redirects = Create("https://index.example/simple/");
        var elsewhere = new Uri("https://new.example/simple/demo-app/");
        Assert.False(await redirects.IsMoveAsync(_demo, elsewhere, default));
        Assert.False(await redirects.IsMoveAsync(_demo, elsewhere, default));
        Assert.Equal(1, _readings);
        Assert.IsType<UpstreamPage.NotKnown>(
            redirects.Judge(_demo, new Uri("https://index.example/simple/demo-app/"), elsewhere));
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_leaves_it_open_whether_upstream_has_moved()
    {
        var redirects = new PageRedirects(
            Settings("https://index.example/simple/"), _clock, NullLogger.Instance,
            () => Task.FromException(new UpstreamUnavailableException("It is down.")));
        await Assert.ThrowsAsync<UpstreamUnavailableException>(() =>
            redirects.IsMoveAsync(_demo, new Uri("https://new.example/simple/demo-app/"), default));
    }

    PageRedirects Create(string upstream, string? list = null)
    {
        PageRedirects redirects = null!;
        redirects = new PageRedirects(Settings(upstream), _clock, NullLogger.Instance, () =>
        {
            _readings++;
            if (list is not null)
                redirects.NoteList(new Uri(list));
            return Task.CompletedTask;
        });
        return redirects;
    }

    static UpstreamSettings Settings(string url) => new()
    {
        Url = new Uri(url),
        Timeout = TimeSpan.FromSeconds(30),
        EgressPolicy = new EgressPolicy(inCluster: false, apiServers: [], allowed: []),
        Fingerprint = url,
    };
}
